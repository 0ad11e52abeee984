import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from customers.models import Customer, CustomerAddress, Order, Shop
from customers.tests.factories import (
    make_category,
    make_code,
    make_customer,
    make_order,
    make_product,
    make_shop,
)

pytestmark = pytest.mark.django_db


def client_of(**fields) -> Client:
    agent = get_user_model().objects.create_user(
        f"{len(fields)}@desk.example", name="Olga Owner", is_staff=True, **fields
    )
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def staff() -> Client:
    return client_of()


@pytest.fixture
def superuser() -> Client:
    return client_of(is_superuser=True)


# Shops


def test_the_link_secret_is_masked_everywhere_but_behind_its_button(superuser):
    shop = make_shop(link_secret="CANARY-SECRET")
    pages = ["/admin/customers/shop/", f"/admin/customers/shop/{shop.pk}/change/"]
    pages += [f"/admin/customers/shop/{shop.pk}/secret/", f"/admin/customers/shop/{shop.pk}/new-secret/"]
    for page in pages:
        assert "CANARY-SECRET" not in superuser.get(page).content.decode()


def test_a_superuser_sees_the_secret_and_that_is_recorded(superuser):
    shop = make_shop(link_secret="CANARY-SECRET")
    response = superuser.post(f"/admin/customers/shop/{shop.pk}/secret/")
    assert "CANARY-SECRET" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user.name) == (str(shop.pk), "Olga Owner")
    assert "shown" in entry.get_change_message()
    assert "CANARY" not in entry.change_message


def test_looking_without_pressing_records_nothing(superuser):
    superuser.get(f"/admin/customers/shop/{make_shop().pk}/secret/")
    assert not LogEntry.objects.exists()


def test_a_new_secret_is_made_by_post_only_and_recorded(superuser):
    shop = make_shop(link_secret="old")
    superuser.get(f"/admin/customers/shop/{shop.pk}/new-secret/")
    assert Shop.objects.get().link_secret == "old"
    superuser.post(f"/admin/customers/shop/{shop.pk}/new-secret/")
    assert len(Shop.objects.get().link_secret) > 40
    assert LogEntry.objects.get().object_id == str(shop.pk)


@pytest.mark.parametrize("button", ["secret", "new-secret"])
@pytest.mark.parametrize("verb", ["get", "post"])
def test_the_secret_is_for_superusers(staff, button, verb):
    shop = make_shop(link_secret="CANARY-SECRET")
    response = getattr(staff, verb)(f"/admin/customers/shop/{shop.pk}/{button}/")
    assert response.status_code == 403
    assert Shop.objects.get().link_secret == "CANARY-SECRET"
    assert f"/{button}/" not in staff.get(f"/admin/customers/shop/{shop.pk}/change/").content.decode()


def test_the_secret_of_a_shop_that_does_not_exist_is_not_found(superuser):
    assert superuser.post("/admin/customers/shop/999/secret/").status_code == 404


def test_saving_a_shop_keeps_its_secret(staff):
    shop = make_shop(link_secret="old")
    data = {"name": "New name", "slug": shop.slug, "website": "", "support_email": "help@keyhaven.example"}
    assert staff.post(f"/admin/customers/shop/{shop.pk}/change/", data).status_code == 302
    shop = Shop.objects.get()
    assert (shop.name, shop.link_secret) == ("New name", "old")


def test_a_new_shop_gets_a_secret(staff):
    data = {"name": "Keyhaven", "slug": "keyhaven", "website": "", "support_email": "help@keyhaven.example"}
    assert staff.post("/admin/customers/shop/add/", data).status_code == 302
    assert len(Shop.objects.get().link_secret) > 40


# Customers


def save_addresses(client, customer: Customer, *emails: str):
    known = list(customer.addresses.all())
    data = {"name": customer.name, "language": "en"}
    data |= {"addresses-TOTAL_FORMS": len(emails), "addresses-INITIAL_FORMS": len(known)}
    for n, email in enumerate(emails):
        data[f"addresses-{n}-email"] = email
        data[f"addresses-{n}-customer"] = customer.pk
        data[f"addresses-{n}-id"] = known[n].pk if n < len(known) else ""
    return client.post(f"/admin/customers/customer/{customer.pk}/change/", data)


def test_an_address_is_folded_when_it_is_added(staff):
    carol = make_customer()
    assert save_addresses(staff, carol, "carol@example.com", "Carol@WORK.example").status_code == 302
    assert CustomerAddress.objects.get(folded="carol@work.example").customer == carol


def test_an_address_of_another_customer_is_refused_kindly(staff):
    make_customer("dave@example.com", "Dave Other")
    response = save_addresses(staff, make_customer(), "carol@example.com", "DAVE@example.com")
    assert "This address belongs to another customer: Dave Other." in response.content.decode()


def test_an_address_that_folding_makes_too_long_is_refused_kindly(staff):
    response = save_addresses(staff, make_customer(), "carol@example.com", "a@" + "õ." * 100 + "com")
    assert "This address is too long." in response.content.decode()


def test_one_address_twice_is_refused_kindly(staff):
    carol = make_customer()
    for emails in (
        ("carol@example.com", "Carol@Example.com"),
        ("carol@example.com", "x@y.example", "X@Y.example"),
    ):
        response = save_addresses(staff, carol, *emails)
        assert "The customer has this address already." in response.content.decode()


def test_two_addresses_of_a_customer_can_be_corrected(staff):
    carol = make_customer()
    assert save_addresses(staff, carol, "Carol.New@example.com").status_code == 302
    assert carol.email == "Carol.New@example.com"


def test_customers_are_found_by_name_and_by_whole_address(staff):
    make_customer()
    make_customer("dave@example.com", "Dave Other")
    for text in ("carol", " CAROL@Example.com"):
        page = staff.get("/admin/customers/customer/", {"q": text}).content.decode()
        assert "Carol Customer" in page
        assert "Dave Other" not in page


# Orders


def test_codes_are_never_in_the_clear(staff):
    order = make_order()
    product = make_product()
    for n in range(25):
        make_code(f"CANARY-CANARY-{n:04}", order=order, product=product)
    page = staff.get(f"/admin/customers/order/{order.pk}/change/").content.decode()
    assert "CANARY" not in page
    assert "•••• 0019" in page
    assert "•••• 0020" not in page
    assert "+ 5" in page


def test_orders_are_found_by_number_address_and_code(staff):
    order = make_order(number="KH-100042")
    make_code("QWERT-12345-ASDFG", order=order)
    make_code(
        "OTHER-12345-ASDFG",
        order=make_order(number="ZZ-1", customer=make_customer("dave@example.com", "Dave")),
    )
    for text in ("kh-1000", "Carol@example.COM", "qwert 12345 asdfg"):
        page = staff.get("/admin/customers/order/", {"q": text}).content.decode()
        assert "KH-100042" in page, text
        assert "ZZ-1" not in page, text


def test_part_of_a_code_finds_nothing(staff):
    make_code("QWERT-12345-ASDFG", order=make_order(number="KH-100042"))
    assert "KH-100042" not in staff.get("/admin/customers/order/", {"q": "QWERT-12345"}).content.decode()


def test_the_links_of_chosen_orders_are_revoked_and_that_is_recorded(staff):
    chosen, other = make_order(), make_order()
    before = timezone.now()
    data = {"action": "revoke_the_links", "_selected_action": [chosen.pk]}
    page = staff.post("/admin/customers/order/", data, follow=True).content.decode()
    assert "Links of 1 order sent so far no longer work." in page
    assert Order.objects.get(pk=chosen.pk).links_revoked_at >= before
    assert Order.objects.get(pk=other.pk).links_revoked_at is None
    assert LogEntry.objects.get().object_id == str(chosen.pk)


# Products


def test_products_are_found_by_name_and_sku(staff):
    make_product(category=make_category("e-books"), name="A Quiet Harbour", sku="EB-1")
    for text in ("quiet", "EB-1"):
        assert "A Quiet Harbour" in staff.get("/admin/customers/product/", {"q": text}).content.decode()
