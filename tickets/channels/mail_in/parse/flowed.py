"""format=flowed (RFC 3676): lines that end with a space go on in the next one of the same quote depth."""


def unflowed(text: str, *, delete_space: bool) -> str:
    lines: list[list[str]] = []
    going_on: int | None = None
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        flows = bare.endswith(" ") and bare != "-- "
        kept = bare[:-1] if flows and delete_space else bare
        if going_on == depth and bare != "-- ":
            lines[-1].append(kept)
        else:
            lines.append([">" * depth + " " if depth else "", kept])
        going_on = depth if flows else None
    return "\n".join("".join(pieces) for pieces in lines)
