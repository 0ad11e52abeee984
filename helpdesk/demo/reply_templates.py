"""The ready answers of the demo shop, in the languages of its customers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TemplateSpec:
    title: str
    language: str
    problem: str  # slug of a problem type; empty: useful for all
    text: str


def _template(title: str, language: str, problem: str, *paragraphs: str) -> TemplateSpec:
    return TemplateSpec(title, language, problem, "\n\n".join((*paragraphs, "{agent_name}")))


REPLY_TEMPLATES = (
    _template(
        "I am looking into it", "en", "",
        "Hello {customer_name},",
        "thank you for writing, everything I need is here. I am looking into {product} now and will answer in this ticket ({ticket_number}).",
    ),
    _template(
        "Picture cannot be read", "en", "",
        "Hello {customer_name},",
        "thank you for the picture. Unfortunately I cannot read it: please take it again so that the whole window is in it, best as a screenshot. The example beside the field shows what I need.",
    ),
    _template(
        "With the supplier", "en", "",
        "Hello {customer_name},",
        "I have passed your pictures on to our supplier. They usually answer within one working day. I will write to you as soon as they have, there is nothing for you to do.",
    ),
    _template(
        "No answer: put aside", "en", "",
        "Hello {customer_name},",
        "I have not heard from you, so I put ticket {ticket_number} aside as solved. If the problem is still there, simply answer here: it opens again and I go on where we stopped.",
    ),
    _template(
        "Account history needed", "en", "code-already-used",
        "Hello {customer_name},",
        "thank you for the screenshot. Our supplier also wants to see your account history, the page that lists your latest activations with today's date. Could you add it here?",
    ),
    _template(
        "New code on the order page", "en", "code-already-used",
        "Hello {customer_name},",
        "the code was sold twice by our supplier, and I am sorry that it happened to you. A new code for {product} is on the page of your order {order_number}. The old one is blocked.",
    ),
    _template(
        "Copy the code instead of typing", "en", "code-not-accepted",
        "Hello {customer_name},",
        "the quickest way is the copy button beside the code on the page of your order {order_number}: press it and paste the code, without spaces before or after it. Our codes contain no letter O and no letter I.",
    ),
    _template(
        "Country of the account", "en", "region-lock",
        "Hello {customer_name},",
        "{product} works with accounts of the countries named on its product page. Please check the country in your account settings, and switch a VPN off. If the account belongs elsewhere and the code is unused, I take it back.",
    ),
    _template(
        "Find the code without the mail", "en", "code-not-arrived",
        "Hello {customer_name},",
        "your code is ready. The mail is probably in the spam or promotions folder, but you do not need it: open the page of your order {order_number} and press \"Show code\".",
    ),
    _template(
        "Top-up: flight mode", "en", "top-up-not-credited",
        "Hello {customer_name},",
        "please switch flight mode on, count to twenty and switch it off, then dial *100#. If the balance has not changed after that, answer here and I will call the operator for you.",
    ),
    _template(
        "Sign the reader in", "en", "e-book-does-not-open",
        "Hello {customer_name},",
        "{product} opens on a reader that is signed in with the same ID as your computer. On the reader: Settings > Accounts. If another address stands there, sign out and in again; books and bookmarks stay.",
    ),
    _template(
        "Remove an old device", "en", "activation-limit",
        "Hello {customer_name},",
        "you can free an activation yourself, even if the old computer is gone: in the account of the maker open My devices, choose the old one and press Remove. Then press \"Try again\" in the wizard.",
    ),
    _template(
        "Money is on its way", "en", "refund",
        "Hello {customer_name},",
        "{product} of order {order_number} is taken back, and the money goes the way you paid. Please allow three banking days.",
    ),
    _template(
        "Code was opened: no refund", "en", "refund",
        "Hello {customer_name},",
        "I understand the disappointment. With \"Show code\" you agreed that the right of withdrawal ends, since a code that was shown cannot be sold again. So I cannot take {product} back. If it does not work, tell me, and I will help you with that.",
    ),
    _template(
        "Invoice to a company: please confirm", "en", "something-else",
        "Hello {customer_name},",
        "gladly. Please confirm here that the invoice of order {order_number} is to be replaced, and write the name of the company, its address and VAT number. You then find the new invoice on the order page.",
    ),
    _template(
        "Pilt ei ole loetav", "et", "",
        "Tere, {customer_name}!",
        "Aitäh pildi eest. Kahjuks ei ole see loetav: palun tehke uus, nii et kogu aken oleks näha, kõige parem on ekraanipilt. Välja kõrval on näidis.",
    ),
    _template(
        "Uus kood on tellimuse lehel", "et", "code-already-used",
        "Tere, {customer_name}!",
        "Kood oli meie tarnija süül kaks korda müüdud. Uus kood on tellimuse {order_number} lehel, vana on suletud. Vabandame tülitamise pärast!",
    ),
    _template(
        "Raha on teel", "et", "refund",
        "Tere, {customer_name}!",
        "Võtsime toote {product} tagasi (tellimus {order_number}). Raha jõuab teieni samal viisil, nagu maksite, kuni kolme pangapäevaga.",
    ),
    _template(
        "Tarvitsen selvemmän kuvan", "fi", "",
        "Hei {customer_name},",
        "kiitos kuvasta. Valitettavasti siitä ei saa selvää: otatko uuden niin, että koko ikkuna näkyy, mieluiten kuvakaappauksena? Kentän vieressä on esimerkki.",
    ),
    _template(
        "Uusi koodi on tilaussivulla", "fi", "code-already-used",
        "Hei {customer_name},",
        "koodi oli myyty kahteen kertaan, mistä olemme pahoillamme. Uusi koodi on tilauksen {order_number} sivulla, ja vanha on suljettu.",
    ),
    _template(
        "Snímek není čitelný", "cs", "",
        "Dobrý den,",
        "děkuji za snímek, bohužel na něm nejde nic přečíst. Pošlete mi prosím nový, na kterém bude celé okno, nejlépe snímek obrazovky. Vedle pole je ukázka.",
    ),
    _template(
        "Nový kód je na stránce objednávky", "cs", "code-already-used",
        "Dobrý den,",
        "kód byl u dodavatele prodán dvakrát, omlouváme se. Nový najdete na stránce objednávky {order_number}, starý je zablokovaný.",
    ),
    _template(
        "Kód skopírujte tlačidlom", "sk", "code-not-accepted",
        "Dobrý deň,",
        "najistejšie je skopírovať kód tlačidlom na stránke objednávky {order_number} a vložiť ho bez medzier. Ak sa hlásenie zopakuje, pošlite mi, prosím, snímku celého okna.",
    ),
    _template(
        "Peniaze sú na ceste", "sk", "refund",
        "Dobrý deň,",
        "{product} z objednávky {order_number} sme vzali späť. Peniaze prídu rovnakým spôsobom, akým ste platili, najneskôr do troch bankových dní.",
    ),
    _template(
        "Proszę o wyraźniejsze zdjęcie", "pl", "",
        "Dzień dobry,",
        "dziękuję za zdjęcie, niestety nie da się go odczytać. Proszę o nowe, na którym widać całe okno, najlepiej zrzut ekranu. Obok pola jest przykład.",
    ),
    _template(
        "Nowy kod jest na stronie zamówienia", "pl", "code-already-used",
        "Dzień dobry,",
        "kod został przez dostawcę sprzedany dwa razy, za co przepraszamy. Nowy jest na stronie zamówienia {order_number}, a stary został zablokowany.",
    ),
)  # fmt: skip
