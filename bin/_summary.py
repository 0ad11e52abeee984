"""Prints one line of counts for each JUnit report named: `python bin/_summary.py LABEL REPORT [LABEL REPORT
...]`."""

import sys
from pathlib import Path
from xml.etree import ElementTree

for label, report in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
    if not Path(report).exists():
        print(f"  {label}: no report, the tests did not run to their end")
        continue
    suite = next(ElementTree.parse(report).iter("testsuite"))
    total, failures, errors, skipped = (
        int(suite.get(n, 0)) for n in ("tests", "failures", "errors", "skipped")
    )
    passed = total - failures - errors - skipped
    print(
        f"  {label}: {passed} passed, {failures} failed, {errors} errors, {skipped} skipped "
        f"in {float(suite.get('time', 0)):.0f} s"
    )
