import pytest

from customers.tests.factories import make_customer
from customers.time_zones import remember_time_zone, zone_or


@pytest.mark.django_db
def test_what_the_browser_says_is_kept_and_nonsense_is_not():
    carol = make_customer()
    for said, kept in (
        ("Europe/Riga", "Europe/Riga"),
        ("../etc", "Europe/Riga"),
        ("", "Europe/Riga"),
        ("UTC", "UTC"),
    ):
        remember_time_zone(carol, said)
        carol.refresh_from_db()
        assert carol.time_zone == kept


def test_a_zone_that_is_no_more_falls_back():
    assert zone_or("Europe/Atlantis", "Europe/Riga").key == "Europe/Riga"
    assert zone_or("Asia/Tokyo", "Europe/Riga").key == "Asia/Tokyo"
