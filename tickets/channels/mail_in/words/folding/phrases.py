"""How mail programs introduce what is quoted, in the languages that our shops' customers write.

Own collection, from mails that the programs make; words are compared in lower case, without marks for bold.
"""

import re

from tickets.channels.mail_in.words.folding.patterns import (
    LETTER_AFTER,
    LETTER_BEFORE,
    listed,
    pattern,
    worded,
)

WROTE = listed("""
    wrote | writes | kirjutas | kirjoitti | kirjoittaa
    napísal | napísala | napísal(a) | napísali | napísal/a | píše | píšete
    napsal | napsala | napsal(a) | napsali | napsal/a
    pisze | napisał | napisała | napisał(a) | napisał/a | napisali | napisal(a)
    schrieb | schrieben | schreibt | geschrieben
    a écrit | a ecrit | écrivait | écrit | nous a dit
    escribió | escribio | ha escrito | ha scritto | scrive | scritto | escreveu | schreef | geschreven
    skrev | skrevet | skrifaði
    написал | написала | написал(а) | написали | пишет | писал | писал(а)
    написав | написала | написав(ла) | написав(-ла) | пише | писав
    rašė | parašė | rakstīja | raksta | uzrakstīja | ezt írta | írta | a scris | έγραψε | написа | yazdı
    je napisao | je napisala | je napisao/la | napisao je | je napisal | je napisal/a
""")
"""The verb of "On Monday, Bob wrote:", as programs put it for somebody else."""

WROTE_VERB = re.compile(
    LETTER_BEFORE
    + "(?:"
    + "|".join(re.escape(verb) for verb in sorted(WROTE, key=len, reverse=True))
    + ")"
    + LETTER_AFTER,
    re.IGNORECASE,
)

QUOTING = pattern(r"""
    (?:quoting|citing|tsiteerin|lainaus|citujem|citace|cituji|citát|cytowanie|cytat|zitat von|zitiere|citation de
    |en réponse à|citando|citação|citeren|citat|citerar|siterer|цитирую|цитата|idézet)\b
""")
"""Line starts of web mailers that quote without a verb: "Quoting Bob <bob@…>:"."""

OPENERS = worded("""
    on at in kontakt op am den dne dňa dna dnia w v le el il em a à на в om
    mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday
    e t k n r l p esmaspäev teisipäev kolmapäev neljapäev reede laupäev pühapäev
    ma ti ke to pe la su maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
    maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina
    po ut st št pi so ne pondelok utorok streda štvrtok piatok sobota nedeľa
    út čt pá pondělí úterý středa čtvrtek pátek neděle
    pon wt śr czw pt sob niedz nd poniedziałek wtorek środa czwartek piątek niedziela
    mo di mi do fr sa montag dienstag mittwoch donnerstag freitag samstag sonntag
    lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
    mié jue vie sáb dom lunes martes miércoles jueves viernes sábado domingo
    gio lunedì martedì mercoledì giovedì venerdì sabato domenica
    seg ter qua qui sex segunda-feira terça-feira quarta-feira quinta-feira sexta-feira
    wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    mån tis ons tors tor fre lör sön man tir lør søn måndag tisdag onsdag torsdag fredag
    lördag söndag mandag tirsdag lørdag søndag
    пн вт ср чт пт сб вс нд понедельник вторник среда четверг пятница суббота воскресенье
    понеділок вівторок середа четвер субота неділя
    pr an tr kt pn št pirmd otrd trešd ceturtd piektd sestd svētd
    h k sze cs szo hétfő kedd szerda csütörtök péntek szombat vasárnap
""")
"""First words of an attribution that begins with its date, in lower case and without the dot: "on" in each language,
and the days of the week, whole and as programs shorten them."""

FIRST_PERSON = pattern(
    r"""
    \b(?:I|I've|ich|jag|jeg|ik|som|jsem|io|wir|mina|minä)\b|(?<!\w)(?:я|мы|we)(?!\w)|\bme\b|\bmy\b
    """,
    flags=0,
)
"""A person speaks of themselves: not the sentence of a program. Case counts: I is English, i is not."""

ORIGINAL = frozenset(
    listed("""
    original message | original mail | original e-mail | original email | reply message | message from you
    algne kiri | algne sõnum | algne e-kiri | algne meil | algsõnum | algne teade | originaalkiri | originaalsõnum
    alkuperäinen viesti | alkup. viesti | alkuperäinen sähköposti
    pôvodná správa | povodna sprava | pôvodný e-mail | pôvodný email | pôvodný mail | pôvodná e-mailová správa
    původní zpráva | puvodni zprava | původní e-mail | původní email | původní mail | puvodni e-mail
    wiadomość oryginalna | oryginalna wiadomość | wiadomosc oryginalna | pierwotna wiadomość | wiadomość pierwotna
    wiadomość źródłowa | oryginalny e-mail | treść oryginalnej wiadomości
    ursprüngliche nachricht | urspruengliche nachricht | originalnachricht | original-nachricht | original nachricht
    ursprüngliche mail | originalmail
    message d'origine | message d’origine | message original | message initial | courriel original
    mensaje original | correo original | messaggio originale | messaggio di origine
    mensagem original | email original | oorspronkelijk bericht | oorspronkelijke bericht | origineel bericht
    ursprungligt meddelande | originalmeddelande | originalmeddelelse | original meddelande | ursprungligt mejl
    oprindelig meddelelse | original besked | oprindelig besked | original meddelelse | oprindelig mail
    opprinnelig melding | original melding | opprinnelig e-post | opprinnelig epost
    исходное сообщение | оригинальное сообщение | исходное письмо | первоначальное сообщение | оригинал сообщения
    вихідне повідомлення | початкове повідомлення | оригінальне повідомлення | вихідний лист | оригінал повідомлення
    originalus pranešimas | pradinis pranešimas | originalus laiškas | pirminis pranešimas | pradinis laiškas
    sākotnējais ziņojums | oriģinālais ziņojums | oriģinālā ziņa | sākotnējā vēstule | sākotnējā ziņa
    oriģinālā vēstule | eredeti üzenet | eredeti levél | mesaj original | mesajul original | orijinal mesaj
    izvorna poruka | izvirno sporočilo | оригинално съобщение | αρχικό μήνυμα | original-meddelande
    """)
)
"""Between dashes: what follows is the mail that is answered."""

FORWARDED = listed("""
    forwarded message | forwarded by | forwarded mail | forwarded e-mail | begin forwarded message
    start of forwarded message | forwarded email | forward message
    edastatud kiri | edastatud sõnum | edasisaadetud kiri | edastatud teade | edastatud e-kiri | edastatud meil
    välitetty viesti | edelleenlähetetty viesti | edelleen lähetetty viesti | lähetetty edelleen | välitetty
    preposlaná správa | preposlana sprava | presmerovaná správa | odovzdaná správa | začiatok preposlanej správy
    preposlaný e-mail | preposlaná e-mailová správa | začiatok presmerovanej správy
    přeposlaná zpráva | preposlana zprava | předaná zpráva | přeposlaný e-mail | začátek přeposlané zprávy
    přesměrovaná zpráva | začátek předávané zprávy
    wiadomość przekazana | przekazana wiadomość | treść przekazanej wiadomości | wiadomość przesłana dalej
    początek przekazanej wiadomości | początek przekazywanej wiadomości | początek wiadomości przekazanej dalej
    przesłana wiadomość | wiadomość przekazana dalej | początek przesłanej wiadomości
    weitergeleitete nachricht | anfang der weitergeleiteten nachricht | weitergeleitete e-mail | weitergeleitet
    | weitergeleitet von
    beginn der weitergeleiteten nachricht
    message transféré | message réexpédié | début du message transféré | début du message réexpédié | courriel transféré
    mensaje reenviado | inicio del mensaje reenviado | messaggio inoltrato | inizio messaggio inoltrato
    mensagem encaminhada | mensagem reencaminhada | início da mensagem encaminhada | início da mensagem reencaminhada
    doorgestuurd bericht | begin doorgestuurd bericht | doorgezonden bericht
    vidarebefordrat meddelande | vidarebefordrat brev | vidarebefordrat mejl
    videresendt besked | videresendt meddelelse | start på videresendt besked | videresendt melding
    videresendt e-post | start på videresendt melding | begynnelsen på videresendt melding
    пересылаемое сообщение | пересланное сообщение | переадресованное сообщение | начало переадресованного
    начало пересылаемого | перенаправленное сообщение | переслане повідомлення | пересилане повідомлення
    переадресоване повідомлення | початок листа, що пересилається | початок переадресованого
    persiųstas pranešimas | persiųstas laiškas | peradresuotas pranešimas | persiunčiamas pranešimas
    pārsūtītā ziņa | pārsūtīts ziņojums | pārsūtītā vēstule | pārsūtītais ziņojums | pārsūtīta ziņa
    továbbított üzenet | továbbított levél | továbbított levél kezdete | mesaj redirecționat | proslijeđena poruka
    posredovano sporočilo | препратено съобщение | iletilen mesaj
""")
"""What follows is a mail that the person passes on; it is what they send us."""

FORWARD_BEGINS = listed("""
    begin forwarded message | start of forwarded message | edastatud kirja algus | välitetty viesti alkaa
    začiatok preposlanej správy | začiatok presmerovanej správy | začátek přeposlané zprávy | začátek předávané zprávy
    początek przekazanej wiadomości | początek przekazywanej wiadomości | początek wiadomości przekazanej dalej
    początek przesłanej wiadomości | anfang der weitergeleiteten nachricht | beginn der weitergeleiteten nachricht
    début du message transféré | début du message réexpédié | inicio del mensaje reenviado
    inizio messaggio inoltrato | início da mensagem encaminhada | início da mensagem reencaminhada
    begin doorgestuurd bericht | vidarebefordrat brev | start på videresendt besked | start på videresendt melding
    begynnelsen på videresendt melding | videresendt melding | начало переадресованного | начало пересылаемого
    початок листа, що пересилається | початок переадресованого | továbbított levél kezdete
""")
"""Those that stand without dashes, with a colon after them."""

_KINDS = {
    "from": """
        from | saatja | kellelt | lähettäjä | odosielateľ | od | odesílatel | nadawca | von | absender | de
        expéditeur | remitente | da | mittente | remetente | van | afzender | från | avsändare | fra | afsender
        avsender | от | отправитель | от кого | від | відправник | від кого | nuo | siuntėjas | no | sūtītājs
        feladó | frá | din | expeditor | kimden | pošiljatelj | od koga
    """,
    "sent": """
        sent | date | sent at | sent on | date sent | saadetud | saatmisaeg | kuupäev | saadeti | lähetetty
        päivämäärä | päiväys | pvm | pvm. | odoslané | odoslaná | dátum | odesláno | datum | wysłano | wysłane
        data wysłania | data | gesendet | gesendet am | datum/zeit | envoyé | envoyé le | date d'envoi | enviado
        enviado el | enviada em | enviado em | enviada | fecha | inviato | data invio | verzonden | verzonden op
        skickat | skickades | sendt | dato | отправлено | дата | дата отправки | дата и время | надіслано
        відправлено | дата надсилання | išsiųsta | nosūtīts | nosūtīta | datums | elküldve | küldve | küldés
        trimis | gönderildi | poslano | poslané | zaslané
    """,
    "to": """
        to | kellele | adressaat | saaja | vastaanottaja | kenelle | komu | pre | príjemca | příjemce | do
        adresat | an | empfänger | à | a | pour | destinataire | para | destinatario | destinatário | per | aan
        till | til | mottagare | modtager | кому | получатель | одержувач | kam | gavėjas | adresāts | címzett
        către | kime | za
    """,
    "cc": """
        cc | copy | koopia | kopio | kópia | kópie | kopie | kopia | dw | do wiadomości | kopi | copia
        cópia | копия | копія | kopija | másolatot kap | másolat | cc ccn | bcc | pimekoopia | skrytá kópia
        piilokopio | skrytá kopie | udw | ukryta kopia | cci | cco
    """,
    "subject": """
        subject | teema | aihe | otsikko | predmet | předmět | vec | věc | temat | betreff | objet | sujet
        asunto | oggetto | assunto | onderwerp | ämne | emne | тема | tema | tēma | temats | tárgy | subiect
        konu | zadeva | θέμα
    """,
    "other": """
        reply-to | reply to | attachments | attachment | importance | priority | manused | tähtsus | liitteet
        tärkeys | prílohy | dôležitosť | přílohy | důležitost | załączniki | ważność | priorytet | anlagen
        antwort an | wichtigkeit | pièces jointes | importance | répondre à | datos adjuntos | importancia | allegati
        rispondi a | priorità | anexos | prioridade | bijlagen | urgentie | bilagor | prioritet | vedhæftede filer
        vedlegg | вложения | важность | вкладення | priedai | pielikumi | mellékletek | mailing list | organization
        sent by | security | sensitivity
    """,
}

LABELS = {
    name: kind for kind in ("other", "subject", "cc", "to", "sent", "from") for name in listed(_KINDS[kind])
}
"""Name of a header in lower case, and its kind: what programs put above the mail they quote."""

FORWARD_HINT = pattern(
    r"""
    (?<![^\W\d_])(?:fyi|f\.y\.i|for your information|forwarding|forwarded|fwd|i forward|see below
    |see the (?:mail|message)|(?:mail|message|answer|reply) below|below is the (?:mail|message|answer|reply)
    |edastan|edastatud|saadan edasi|edasi saadetud|vt\.? all|vaata all|teadmiseks|allolev|alljärgnev|välitän
    |välitetty|lähetän eteenpäin|ks\.? alla|katso alla|tiedoksi|alla oleva|preposielam|posielam ďalej
    |pozri nižšie|viď nižšie|na vedomie|správa nižšie|přeposílám|preposilam|posílám dál|viz níže|na vědomí
    |zpráva níže|przesyłam dalej|przekazuję|patrz niżej|patrz poniżej|zob\.? poniżej|do wiadomości
    |wiadomość poniżej|leite (?:ich )?(?:\w+ )?weiter|weitergeleitet|siehe unten|s\.u\.|zur info|zur kenntnis
    |z\.k|je (?:vous |te )?transf[eè]re|pour info|voir ci-dessous|pour information|reenvío|te reenvio
    |para su información|ver abajo|véase abajo|inoltro|vi giro|per conoscenza|vedi sotto|encaminho|reencaminho
    |para conhecimento|veja abaixo|ter info|ter informatie|zie onder|zie hieronder|stuur door|vidarebefordrar
    |för kännedom|se nedan|videresender|til info|til orientering|se nedenfor|se under|пересылаю|для сведения
    |к сведению|см\.? ниже|пересилаю|до відома|див\.? нижче|persiunčiu|žr\.? žemiau|pārsūtu|skatīt zemāk
    |skat\.? zemāk|továbbítom|lásd lent|lásd alább)(?![^\W\d_])
    """
)
"""The person says that the mail below is what they want us to read."""

ANSWERS_INSIDE = pattern(
    r"""
    (?<![^\W\d_])(?:answers?|replies|reply|comments?|responses?|vastused|vastasin|kommentaarid|vastaukset
    |vastaukseni|kommentit|odpovede|odpovědi|odpowiedzi|antworten|kommentare|réponses|respuestas|risposte
    |respostas|antwoorden|svar|svaren|svarene|ответы|ответил|відповіді|atsakymai|atbildes|válaszok
    |válaszaim)\W+(?:\w+\W+){0,5}?(?:below|inline|in-line|in line|in red|in blue|in green|in bold|in the text
    |under your|under each|interspersed|allpool|teksti sees|vahel|punase\w*|sinise\w*|alla
    |tekstin seassa|punaisella|nižšie|v texte|červen\w*|modr\w*|níže|v textu|poniżej|w tekście|czerwon\w*|unten
    |im text|in rot|ci-dessous|en rouge|dans le texte|abajo|en rojo|sotto|in rosso|nel testo|abaixo
    |a vermelho|em vermelho|hieronder|in rood|nedan|i texten|i rött|nedenfor|i teksten|med rødt|ниже|красным
    |в тексте|нижче|червоним|žemiau|raudon\w*|zemāk|sarkan\w*|alább|pirossal)(?![^\W\d_])|(?:see|please see
    |cf\.?) inline|^inline:?$
    """
)
"""The person says that they wrote into the mail they quote: what looks like history holds their answers."""

REPLY_ABOVE = pattern(r"""
    ^[\s#>*=_-]*(?:please )?(?:type |write )?(?:your )?(?:reply|answer|respond|write|type)\b.{0,20}
        \babove this line\b.{0,20}$
    |^[\s#>*=_-]*.{0,30}(?:üle selle joone|ülapool seda joont|tämän rivin yläpuolelle|nad týmto riadkom|nad tento riadok
    |nad tímto řádkem|nad tuto čáru|powyżej tej linii|über dieser (?:zeile|linie)|oberhalb dieser (?:zeile|linie)
    |au-dessus de cette ligne|por encima de esta línea|sopra questa riga|boven deze (?:regel|lijn)).{0,20}$
    |^##- .{0,120} -##$
""")
"""The line that ticket systems put on top of their mails; what follows it is theirs."""
