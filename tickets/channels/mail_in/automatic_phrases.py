# ruff: noqa: E501  languages stand in lines of their own
"""How machines say that somebody is away, that a mail came or did not, in the languages of our customers and their
neighbours. Subjects count at their beginning: a person who speaks of such a mail writes "Re:" or a sentence."""

import re

_AWAY = (
    r"auto(?:matic)?[ -]?(?:reply|response|answer)|autoreply|auto:|automated (?:reply|response)|out[ -]of[ -](?:the[ -])?office|ooo\b|away from (?:the )?(?:office|my)|on (?:vacation|holiday|leave)\b|vacation (?:reply|response|message)|absence notice"
    r"|automaat(?:ne )?vastus|automaatvastus|kontorist väljas|puhkusel|puhkuseteade|viibin puhkusel|eemal kontorist"
    r"|automaattinen (?:vastaus|poissaoloviesti)|poissaoloviesti|poissa(?:olo)?\b.{0,20}(?:toimisto|ilmoitus)|lomalla|olen lomalla|automaattivastaus"
    r"|automatick[áa] odpove[ďd]|automatick[áa] odpov[ěe][ďd]|mimo kancel[áa]ri[ue]|mimo kancelář|dovolen(?:ka|á)\b|nepr[ií]tomnos[ťt]|nepřítomnost|oznámení o nepřítomnosti"
    r"|automatyczna odpowied[źz]|odpowied[źz] automatyczna|poza biurem|nieobecno[śs][ćc]|autoodpowied[źz]|na urlopie|urlop\b"
    r"|automatische (?:antwort|antwoord)|abwesen(?:d|heit)\w*|außer haus|nicht im büro|urlaub"
    r"|réponse automatique|absence du bureau|absent du bureau|message d'absence|respuesta automática|fuera de (?:la )?oficina|ausente"
    r"|risposta automatica|fuori (?:sede|ufficio)|resposta automática|fora do escritório|ausência"
    r"|automatisch antwoord|afwezig\w*|autosvar|automatiskt svar|automatisk svar|frånvaro\w*|ikke til stede|fravær\w*|semester\b"
    r"|автоматический ответ|автоответ|вне офиса|отсутстви[ея]|автоматична відповідь"
    r"|automatinis atsakymas|automātiskā atbilde|automatikus válasz|házon kívül"
)
# Whoever answers such a mail has it behind a "Re:", as some machines have: those go on with a colon.
AWAY_SUBJECT = re.compile(
    rf"^\s*(?:\[[^\]]{{1,30}}\]\s*)?(?:(?:{_AWAY})|(?:re|aw|sv|vs|odp)\s*:\s*(?:{_AWAY})[^:]{{0,20}}:)",
    re.IGNORECASE,
)

AWAY_BODY = re.compile(
    r"(?:\bi(?:'m| am| will be)(?: currently)? (?:out of (?:the )?office|away (?:from|until|on)|on (?:annual leave|vacation|holiday|leave|parental leave)|not in the office)"
    r"|thank you for your (?:e-?mail|message)\W{1,3}i(?:'m| am) (?:currently )?(?:away|out)|this is an automat(?:ed|ic) (?:reply|response|message|e-?mail)"
    r"|i (?:have|will have) (?:limited|no) access to (?:my )?e-?mail|will (?:reply|respond|get back) .{0,40}(?:when i return|upon my return|on my return)"
    r"|(?:olen|viibin|oleme) (?:praegu |hetkel )?(?:puhkusel|kontorist (?:väljas|eemal)|eemal|lähetusel|haiguslehel)|see on automaatne (?:vastus|teade|kiri)"
    r"|olen (?:parhaillaan |tällä hetkellä )?(?:lomalla|poissa (?:toimistolta)?|vapaalla|perhevapaalla)|tämä on automaattinen"
    r"|(?:som|budem|momentálne som)(?: momentálne| práve)? (?:na dovolenke|mimo kancelári[ue]|neprítomn[ýá])|toto je automatick[áa] (?:odpove[ďd]|správa)"
    r"|(?:jsem|budu|momentálně jsem)(?: momentálně| právě)? (?:na dovolené|mimo kancelář|nepřítom[ne]n?a?)|toto je automatick[áa] (?:odpov[ěe][ďd]|zpráva)"
    r"|(?:przebywam|jestem|będę)(?: obecnie| aktualnie)? (?:na urlopie|poza biurem|nieobecn[ya])|to jest (?:automatyczna (?:odpowied[źz]|wiadomo[śs][ćc])|wiadomo[śs][ćc] automatyczna)"
    r"|ich bin (?:derzeit|zurzeit|zur zeit|momentan|vom|bis|aktuell|ab|im)?.{0,40}(?:nicht im büro|außer haus|im urlaub|abwesend|nicht erreichbar)|dies ist eine automatische"
    r"|je suis (?:actuellement )?(?:absent|en congé|hors du bureau)|ceci est (?:un message|une réponse) automatique"
    r"|(?:estoy|estaré)(?: actualmente)? (?:fuera de (?:la )?oficina|de vacaciones|ausente)|sono (?:attualmente )?(?:fuori ufficio|in ferie|assente)|estou (?:de férias|fora do escritório|ausente)"
    r"|ik ben (?:momenteel )?(?:afwezig|niet op kantoor|op vakantie|met vakantie)|jag (?:är|har) .{0,30}(?:semester|frånvarande|inte på kontoret|föräldraledig)|jeg (?:er|har) .{0,30}(?:ferie|ikke på kontoret|fraværende)"
    r"|я (?:сейчас |нахожусь )?(?:в отпуске|вне офиса)|это автоматический ответ|esu (?:atostogose|ne biure)|esmu atvaļinājumā|szabadságon vagyok)",
    re.IGNORECASE,
)

RECEIPT_SUBJECT = re.compile(
    r"^\s*(?:read(?: receipt)?:|read:|gelesen:|lu ?:|loetud:|luettu:|prečítan[éáo]:|přečten[oáé]:|przeczytan[oaey]:|potvrzení o přečtení|potvrdenie o prečítaní|leído:|letto:|lida:|gelezen:|läst:|læst:|lest:"
    r"|not read:|return receipt|we (?:have )?received your (?:request|message|e-?mail|ticket)|your (?:request|ticket) .{0,40}(?:has been|was) (?:received|created|opened)|request received|ticket received|\[request received\]"
    r"|please (?:confirm|verify) (?:your|that)|(?:challenge|verification) (?:required|needed)|your message .{0,30}(?:awaits|awaiting) moderat"
    r"|teie (?:kiri|päring|pöördumine) on (?:kätte saadud|vastu võetud|registreeritud)|olemme vastaanottaneet|vaša (?:správa|požiadavka) bola prijatá|váš (?:požadavek|dotaz) byl přijat|twoje zgłoszenie zostało (?:przyjęte|zarejestrowane)|potwierdzenie otrzymania|ihre (?:anfrage|nachricht) (?:ist|wurde)|eingangsbestätigung)",
    re.IGNORECASE,
)
