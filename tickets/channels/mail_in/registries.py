"""Names of domains below which everybody may have one, so that one of them says nothing of another. A short rule in
place of the public suffix list: better one owner too few known than two taken for one."""

_SECOND_LEVEL = """
    co com org net gov gob gouv edu ac or ne go mil info biz name pri fie med riik aip id web nom asso me ltd plc
    sch nhs
    waw krakow wroclaw poznan lodz gda gdansk szczecin katowice lublin bialystok sklep sos
"""
SECOND_LEVEL = frozenset(_SECOND_LEVEL.split())
"""Below the domain of a country these are registries, mostly: co.uk, com.pl."""

_SHARED = """
    github.io gitlab.io pages.dev netlify.app vercel.app herokuapp.com appspot.com web.app firebaseapp.com blogspot.com
    wordpress.com azurewebsites.net cloudfront.net onmicrosoft.com myshopify.com
    uk.com eu.com us.com de.com ru.com uk.net eu.org
"""
SHARED = frozenset(_SHARED.split())
"""Of firms that give names below their own away."""


def is_registry(domain: str) -> bool:
    labels = domain.split(".")
    return len(labels) < 2 or domain in SHARED or (len(labels) == 2 and labels[0] in SECOND_LEVEL)
