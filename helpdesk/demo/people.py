"""The people of the demo: customers, agents and their teams. Addresses stand under reserved names only."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

KEYS = "keys"
READERS = "readers"
DEMO_PASSWORD = "demo-helpdesk"


@dataclass(frozen=True)
class Person:
    name: str
    woman: bool

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True)
class AgentSpec(Person):
    email: str
    team: str
    languages: tuple[str, ...]
    is_admin: bool = False


@dataclass(frozen=True)
class CustomerSpec(Person):
    emails: tuple[str, ...]
    country: str
    language: str  # in which this person writes to a shop


TEAMS = {KEYS: "Keys & licences", READERS: "Top-ups & e-books"}

AGENTS = (
    AgentSpec("Kadri Saar", True, "kadri@keyhaven.example", KEYS, ("et", "en", "fi")),
    AgentSpec("Timo Laine", False, "timo@keyhaven.example", KEYS, ("fi", "en")),
    AgentSpec("Eliška Dvořáková", True, "eliska@keyhaven.example", KEYS, ("cs", "sk", "pl", "en")),
    AgentSpec("Marek Kowalczyk", False, "marek@keyhaven.example", READERS, ("pl", "cs", "en")),
    AgentSpec("Liis Mägi", True, "liis@lehekylg.example", READERS, ("et", "fi", "en")),
    AgentSpec("Zuzana Hudáková", True, "zuzana@lehekylg.example", READERS, ("sk", "cs", "en")),
)
ADMIN = AgentSpec("Rein Kask", False, "rein@keyhaven.example", KEYS, ("et", "en"), is_admin=True)

# Names as their owners write them; + marks a woman, * somebody who writes to shops in English.
NAMES = {
    "Estonia": """Mari Tamm+, Jaan Kask, Tiina Mets+, Andres Rebane, Liina Koppel+*, Marko Ilves, Kristiina Parts+, Priit Luik*,
        Anneli Kuusk+, Raivo Pärn, Kaisa Ojaste+*, Toomas Vaher, Helen Sepp+, Urmas Kivi, Piret Allik+, Siim Laas*, Triin Raud+,
        Margus Põder, Eha Lillemets+, Indrek Saks, Merle Kütt+, Ott Hein*, Katrin Õunapuu+, Tanel Jõgi, Signe Aasa+, Rasmus Käär*,
        Ülle Vaino+, Heiki Soosaar""",
    "Finland": """Aino Korhonen+, Mikko Virtanen, Sanna Nieminen+, Jukka Mäkelä*, Päivi Hämäläinen+, Antti Koskinen, Elina Järvinen+*,
        Ville Salonen, Riikka Heikkilä+, Pekka Lehtonen, Hanna Peltola+, Sami Rantanen*, Outi Kallio+, Lauri Ahonen, Noora Laitinen+,
        Teemu Hiltunen*, Marjatta Väisänen+, Eero Kärkkäinen""",
    "Slovakia": """Martin Horváth, Zuzana Kováčová+, Peter Varga*, Lucia Tóthová+, Tomáš Baláž, Jana Molnárová+*, Michal Šimko,
        Katarína Lukáčová+, Ján Hruška, Mária Oravcová+, Juraj Polák*, Veronika Ďuricová+, Ľubomír Gajdoš, Simona Kučerová+""",
    "Czechia": """Jan Novotný, Petra Svobodová+, Tomáš Dvořák, Lenka Procházková+*, Jakub Kučera, Eva Veselá+, Ondřej Krejčí*,
        Markéta Horáková+, Martin Němec, Tereza Pokorná+, Pavel Beneš, Kateřina Fialová+*, Lukáš Sedláček, Alena Růžičková+,
        Vojtěch Šťastný*, Hana Malá+, Radek Čermák, Barbora Vlčková+""",
    "Poland": """Anna Kowalska+, Piotr Wiśniewski, Katarzyna Wójcik+*, Tomasz Kamiński, Agnieszka Lewandowska+, Michał Zieliński,
        Magdalena Szymańska+, Krzysztof Woźniak*, Joanna Dąbrowska+, Paweł Kozłowski, Ewa Jankowska+, Łukasz Mazur*, Monika Krawczyk+,
        Jakub Piotrowski, Natalia Grabowska+*, Grzegorz Pawłowski, Małgorzata Michalska+, Rafał Żuk""",
    "Latvia": """Jānis Bērziņš*, Ilze Kalniņa+*, Andris Ozoliņš*, Līga Liepiņa+*, Edgars Krūmiņš*, Inese Balode+*, Mārtiņš Eglītis*,
        Dace Zariņa+*, Kaspars Vītols*, Baiba Pētersone+*, Uldis Siliņš*, Zane Āboliņa+*""",
    "Ireland": """Aoife Brennan+*, Ciarán Doyle*, Niamh Kavanagh+*, Declan Moore*, Sinéad Walsh+*, Eoin Farrell*, Orla Keane+*,
        Padraig Nolan*, Maeve Quinlan+*, Rory Hickey*""",
    "United Kingdom": """Hannah Whitfield+*, Oliver Marsh*, Grace Attwood+*, Callum Reid*, Priya Raman+*, Daniel Okafor*, Margaret Sheldon+*,
        Tom Ellery*, Zoe Hartnell+*, Gareth Pugh*, Fiona Drummond+*, Samuel Adeyemi*, Ruth Calder+*, Ben Threlfall*, Leila Haddad+*, George Penrose*,
        Isla Morrison+*, Arthur Bexley*, Chloe Winstanley+*, Nadia Farouk+*, Henry Lockwood*, Martha Greenslade+*""",
}  # fmt: skip

LANGUAGE = {"Estonia": "et", "Finland": "fi", "Slovakia": "sk", "Czechia": "cs", "Poland": "pl"}
DOMAINS = ("example.com", "example.net", "example.org", "post.example", "kirjad.example", "mailbox.example")


def folded(text: str) -> str:
    """Letters as they stand in addresses: kaarik for Käärik, zuk for Żuk."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ł", "l"))
    return "".join(sign for sign in plain if sign.isascii() and sign.isalpha())


def addresses(name: str, position: int) -> tuple[str, ...]:
    """One address, for every fifth person a second one, in the several ways people build theirs."""
    first, last = folded(name.split()[0]), folded(name.split()[-1])
    ways = (
        f"{first}.{last}",
        f"{first}{last}",
        f"{first[0]}.{last}",
        f"{last}.{first}",
        f"{first}{60 + position % 45}",
    )
    main = f"{ways[position % len(ways)]}@{DOMAINS[position % len(DOMAINS)]}"
    if position % 5 == 3:
        return main, f"{first}.{last}@work.example"
    return (main,)


def _customers() -> Iterator[CustomerSpec]:
    position = 0
    for country, names in NAMES.items():
        for written in names.split(","):
            name = " ".join(written.split())
            language = "en" if "*" in name else LANGUAGE[country]
            plain = name.rstrip("+*")
            yield CustomerSpec(plain, "+" in name, addresses(plain, position), country, language)
            position += 1


CUSTOMERS = tuple(_customers())
