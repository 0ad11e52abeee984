# ruff: noqa: E501  the words of mail servers stand in their own lines
"""Reports of mail servers that word them as they like, each about a mail to carol@example.com. Written by us after the
forms that the servers have."""

from dataclasses import dataclass

OURS = "<abc@keyhaven.example>"
COPY = f"Return-Path: <help@keyhaven.example>\nReceived: from a.example by b.example; Tue, 24 Nov 2026 12:00:00 +0200\nFrom: help@keyhaven.example\nTo: carol@example.com\nSubject: Our answer\nMessage-ID: {OURS}\n\nHello Carol\n"


@dataclass(frozen=True)
class Worded:
    text: str
    sender: str = "Mail Delivery System <MAILER-DAEMON@mx.example>"
    subject: str = "Undelivered Mail Returned to Sender"
    final: bool = True
    knows_id: bool = False
    headers: tuple[tuple[str, str], ...] = (("return_path", "<>"),)
    address: str = "carol@example.com"


WORDED: dict[str, Worded] = {
    "qmail": Worded(
        f"Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<carol@example.com>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\n{COPY}",
        subject="failure notice",
        knows_id=True,
    ),
    "qmail, no mailbox": Worded(
        f"Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<carol@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n{COPY}",
        subject="failure notice",
        knows_id=True,
    ),
    "exim": Worded(
        f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  carol@example.com\n    host mx.example [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<carol@example.com>:\n    550 5.1.1 unknown user\n\n------ This is a copy of the message, including all the headers. ------\n\n{COPY}",
        subject="Mail delivery failed: returning message to sender",
        headers=(("return_path", "<>"), ("x_failed_recipients", "carol@example.com")),
        knows_id=True,
    ),
    "exim, only headers": Worded(
        f"This message was created automatically by mail delivery software.\n\nA message sent by\n\n  <help@keyhaven.example>\n\ncould not be delivered to one or more of its recipients. The following\naddresses failed:\n\n  <carol@example.com>: retry timeout exceeded\n\n--- The header of the original message is following. ---\n\n{COPY}",
        subject="Mail delivery failed: returning message to sender",
        knows_id=True,
    ),
    "exim, frozen and late": Worded(
        "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.example.\n\nThe message identifier is: 1abc-0001-AB\nThe date of the message is: Tue, 24 Nov 2026 12:00:00 +0200\nThe subject of the message is: Our answer\n\nThe address to which the message has not yet been delivered is:\n\n  carol@example.com\n    Delay reason: connection timed out\n\nNo action is required on your part. Delivery attempts will continue for\nsome time, and this warning may be repeated at intervals if the message\nremains undelivered.\n",
        subject="Warning: message 1abc-0001-AB delayed 24 hours",
        final=False,
    ),
    "postfix, no report": Worded(
        "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients. It's attached below.\n\nFor further assistance, please send mail to postmaster.\n\n                   The mail system\n\n<carol@example.com>: host mx.example[192.0.2.1] said: 550 5.1.1 <carol@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command)\n"
    ),
    "postfix, late": Worded(
        "This is the mail system at host mx.example.\n\n####################################################################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n####################################################################\n\nYour message could not be delivered for more than 4 hour(s).\nIt will be retried until it is 5 day(s) old.\n\n<carol@example.com>: connect to mx.example[192.0.2.1]:25: Connection timed out\n",
        subject="Delayed Mail (still being retried)",
        final=False,
    ),
    "sendmail": Worded(
        f"The original message was received at Tue, 24 Nov 2026 12:00:00 +0200\nfrom a.example [192.0.2.1]\n\n   ----- The following addresses had permanent fatal errors -----\n<carol@example.com>\n    (reason: 550 5.1.1 <carol@example.com>... User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx.example.:\n>>> DATA\n<<< 550 5.1.1 <carol@example.com>... User unknown\n550 5.1.1 <carol@example.com>... User unknown\n\n   ----- Original message follows -----\n\n{COPY}",
        sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
        subject="Returned mail: see transcript for details",
        knows_id=True,
    ),
    "sendmail, host unknown": Worded(
        "   ----- The following addresses had permanent fatal errors -----\n<carol@example.com>\n    (reason: 550 Host unknown)\n\n   ----- Transcript of session follows -----\n550 5.1.2 <carol@example.com>... Host unknown (Name server: example.com: host not found)\n",
        subject="Returned mail: Host unknown (Name server: example.com: host not found)",
    ),
    "sendmail, late": Worded(
        "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\n   ----- The following addresses had transient non-fatal errors -----\n<carol@example.com>\n\n   ----- Transcript of session follows -----\n<carol@example.com>... Deferred: Connection timed out with mx.example.\nWarning: message still undelivered after 4 hours\nWill keep trying until message is 5 days old\n",
        subject="Warning: could not send message for past 4 hours",
        final=False,
    ),
    "exchange 2016": Worded(
        "Delivery has failed to these recipients or groups:\n\ncarol@example.com<mailto:carol@example.com>\nThe email address you entered couldn't be found. Please check the recipient's email address and try to resend the message.\n\nDiagnostic information for administrators:\n\nGenerating server: EX01.example\n\ncarol@example.com\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'\n",
        sender="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@mx.example>",
        subject="Undeliverable: Our answer",
    ),
    "exchange 2003": Worded(
        "Your message\n\n  To:      carol@example.com\n  Subject: Our answer\n  Sent:    Tue, 24 Nov 2026 12:00:00 +0200\n\ndid not reach the following recipient(s):\n\ncarol@example.com on Tue, 24 Nov 2026 12:00:01 +0200\n    The e-mail account does not exist at the organization this message was sent to.\n    <mx.example #5.1.1>\n",
        sender="System Administrator <postmaster@mx.example>",
        subject="Undeliverable: Our answer",
    ),
    "microsoft 365": Worded(
        "Your message to carol@example.com couldn't be delivered.\n\ncarol wasn't found at example.com.\n\nhelp   Office 365   carol\nAction Required                Recipient\nUnknown To address\n\nReported error: 550 5.1.10 RESOLVER.ADR.RecipientNotFound\n",
        sender="Microsoft Outlook <postmaster@mx.example>",
        subject="Undeliverable: Our answer",
    ),
    "microsoft 365, full": Worded(
        "Your message to carol@example.com couldn't be delivered.\n\ncarol@example.com's mailbox is full and can't accept messages now.\n\nRemote server returned '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException'\n",
        sender="postmaster@mx.example",
        subject="Nepodarilo sa doručiť: Our answer",
    ),
    "exchange, German": Worded(
        "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\ncarol@example.com\nDie eingegebene E-Mail-Adresse konnte nicht gefunden werden.\n\nDiagnoseinformationen für Administratoren:\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        sender="postmaster@mx.example",
        subject="Unzustellbar: Our answer",
    ),
    "exchange, French": Worded(
        "Échec de la remise pour ces destinataires ou groupes :\n\ncarol@example.com\nL'adresse de messagerie que vous avez entrée est introuvable.\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        sender="postmaster@mx.example",
        subject="Non remis : Our answer",
    ),
    "exchange, Finnish": Worded(
        "Toimitus näille vastaanottajille tai ryhmille epäonnistui:\n\ncarol@example.com\nAntamaasi sähköpostiosoitetta ei löytynyt.\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        sender="postmaster@mx.example",
        subject="Ei voi toimittaa: Our answer",
    ),
    "exchange, Estonian": Worded(
        "Kohaletoimetamine nurjus järgmistele adressaatidele või rühmadele:\n\ncarol@example.com\nTeie sisestatud meiliaadressi ei leitud.\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        sender="postmaster@mx.example",
        subject="Edastamatu: Our answer",
    ),
    "exchange, Slovak": Worded(
        "Doručenie týmto príjemcom alebo skupinám zlyhalo:\n\ncarol@example.com\nZadaná e-mailová adresa sa nenašla.\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        sender="postmaster@mx.example",
        subject="Nedoručiteľné: Our answer",
    ),
    "exchange, Czech": Worded(
        "Doručení těmto příjemcům nebo skupinám se nezdařilo:\n\ncarol@example.com\nZadaná e-mailová adresa nebyla nalezena.\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        sender="postmaster@mx.example",
        subject="Nedoručitelné: Our answer",
    ),
    "exchange, Polish": Worded(
        "Dostarczenie do tych adresatów lub grup nie powiodło się:\n\ncarol@example.com\nNie można odnaleźć wprowadzonego adresu e-mail.\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        sender="postmaster@mx.example",
        subject="Niedostarczalne: Our answer",
    ),
    "exchange, Swedish": Worded(
        "Det gick inte att leverera till följande mottagare eller grupper:\n\ncarol@example.com\nDet gick inte att hitta den angivna e-postadressen.\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        sender="postmaster@mx.example",
        subject="Kan inte levereras: Our answer",
    ),
    "gmail": Worded(
        "** Address not found **\n\nYour message wasn't delivered to carol@example.com because the address couldn't be found, or is unable to receive mail.\n\nThe response was:\n550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos.\n",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        subject="Delivery Status Notification (Failure)",
        headers=(("return_path", "<>"), ("x_failed_recipients", "carol@example.com")),
    ),
    "gmail, late": Worded(
        "** Delivery incomplete **\n\nThere was a temporary problem delivering your message to carol@example.com. Gmail will retry for 46 more hours. You'll be notified if the delivery fails permanently.\n\nThe response was:\nThe recipient server did not accept our requests to connect. [example.com 192.0.2.1: timed out]\n",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        subject="Delivery Status Notification (Delay)",
        final=False,
    ),
    "gmail, blocked": Worded(
        "** Message blocked **\n\nYour message to carol@example.com has been blocked. See technical details below for more information.\n\nThe response from the remote server was:\n550 5.7.1 message rejected\n",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        subject="Delivery Status Notification (Failure)",
    ),
    "gmail, old": Worded(
        f"Delivery to the following recipient failed permanently:\n\n     carol@example.com\n\nTechnical details of permanent failure:\nGoogle tried to deliver your message, but it was rejected by the recipient domain. The error that the other server returned was: 550 550 unknown user (state 14).\n\n   ----- Original message -----\n\n{COPY}",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        subject="Delivery Status Notification (Failure)",
        knows_id=True,
    ),
    "yahoo": Worded(
        "Sorry, we were unable to deliver your message to the following address.\n\n<carol@example.com>:\n554: delivery error: dd This user doesn't have a yahoo.com account (carol@example.com) [0]\n",
        sender="MAILER-DAEMON@yahoo.com",
        subject="Failure Notice",
    ),
    "notes": Worded(
        "Your message\n\n  Subject: Our answer\n\nwas not delivered to:\n\n  carol@example.com\n\nbecause:\n\n  User carol (carol@example.com) not listed in Domino Directory\n",
        sender="Postmaster@mx.example",
        subject="DELIVERY FAILURE: User carol (carol@example.com) not listed in Domino Directory",
    ),
    "groupwise": Worded(
        "The message that you sent was undeliverable to the following:\n    carol@example.com (User not found)\n",
        sender="Mailer-Daemon@mx.example",
        subject="Message status - undeliverable",
    ),
    "courier": Worded(
        "This is a delivery status notification from mx.example, running the Courier mail server.\n\nThe original message was received on Tue, 24 Nov 2026 12:00:00 +0200\n\n---------------------------------------------------------------------------\n\n                           UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<carol@example.com>:\n    mx.example [192.0.2.1]:\n<<< 550 User unknown\n",
        sender='"Courier mail server" <@mx.example>',
        subject="NOTICE: mail delivery status.",
    ),
    "zone": Worded(
        "Your e-mail could not be delivered.\n\nTo: carol@example.com\nReason: 550 5.1.1 <carol@example.com>: Recipient address rejected: User unknown in virtual mailbox table\n",
        sender="Mail Delivery System <MAILER-DAEMON@zone.example>",
    ),
    "seznam": Worded(
        "Vaše zpráva nebyla doručena.\n\nAdresa příjemce: carol@example.com\nDůvod: 550 5.1.1 schránka neexistuje\n\nThis message was created automatically by mail delivery software.\n",
        sender="MAILER-DAEMON@seznam.example",
        subject="Zpráva nebyla doručena",
    ),
    "onet": Worded(
        "Wiadomość wysłana przez Ciebie nie mogła zostać dostarczona do: carol@example.com\nPowód: 550 5.1.1 brak takiego użytkownika\n",
        sender="MAILER-DAEMON@onet.example",
        subject="Zwrot wiadomości: Our answer",
    ),
    "wp, full": Worded(
        "Nie udało się dostarczyć wiadomości do adresata carol@example.com. Skrzynka adresata jest przepełniona (552 5.2.2).\n",
        sender="MAILER-DAEMON@wp.example",
        subject="Nie dostarczono wiadomości",
    ),
    "mail.ru": Worded(
        "Это письмо создано автоматически сервером. К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:\n\n**********************\ncarol@example.com\ninvalid mailbox. User not found (550)\n**********************\n",
        sender="Mail Delivery System <mailer-daemon@corp.mail.example>",
        subject="Mail failure.",
    ),
    "yandex": Worded(
        "Это письмо отправлено почтовым сервером.\n\nК сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может быть отправлено одному или нескольким адресатам.\n\n<carol@example.com>: host mx.example[192.0.2.1] said: 550 5.7.1 No such user!\n",
        sender="mailer-daemon@yandex.example",
        subject="Недоставленное сообщение",
    ),
    "gmx": Worded(
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of\nits recipients. This is a permanent error.\n\nThe following address failed:\n\ncarol@example.com:\nSMTP error from remote server for RCPT TO command, host: mx.example (192.0.2.1) reason: 550 5.1.1 unknown\n",
        sender="GMX Mailer Daemon <mailer-daemon@gmx.example>",
        subject="Mail delivery failed: returning message to sender",
    ),
    "t-online": Worded(
        "|------------------------- Message log follows: -------------------------|\n no valid recipients were found for this message\n|------------------------- Failed addresses follow: ---------------------|\n <carol@example.com> ... unknown user\n|------------------------- Message header follows: ----------------------|\n"
        + COPY,
        sender="Mail Delivery System <Mailer-Daemon@t.example>",
        subject="mail failed, returning to sender",
        knows_id=True,
    ),
    "mdaemon": Worded(
        "The attached message had PERMANENT fatal delivery errors!\n\nAfter one or more unsuccessful delivery attempts the attached message has been removed from the mail queue on this server.\n\nTHIS IS A NOTIFICATION MESSAGE ONLY!\n\nFailed address: carol@example.com\n\n--- Session Transcript ---\n <-- 550 5.1.1 carol@example.com unknown\n--- End Transcript ---\n",
        sender="MDaemon@mx.example",
        subject="Permanent Delivery Failure",
    ),
    "kerio": Worded(
        "Your message with the subject 'Our answer' was not delivered to following recipients:\n\nAddress: carol@example.com\nReason: 550 5.1.1 User unknown\n",
        sender="postmaster@mx.example",
        subject="Message delivery failure: Our answer",
    ),
    "imail": Worded(
        "User mailbox exceeds allowed size: carol@example.com\n\nOriginal message follows.\n\n" + COPY,
        sender="Postmaster <postmaster@mx.example>",
        subject="Undeliverable Mail",
        knows_id=True,
    ),
    "smarthost of a provider": Worded(
        "The following message to <carol@example.com> was undeliverable.\nThe reason for the problem:\n5.1.0 - Unknown address error 550-'5.1.1 unknown'\n",
        sender="Mail Delivery System <MAILER-DAEMON@cisco.example>",
        subject="Delivery Status Notification (Failure)",
    ),
    "amazon": Worded(
        "An error occurred while trying to deliver the mail to the following recipients:\ncarol@example.com\n",
        sender="MAILER-DAEMON@amazonses.com",
        subject="Delivery Status Notification (Failure)",
    ),
    "icloud": Worded(
        "This report relates to a message you sent with the following header fields:\n\n  Message-id: <abc@keyhaven.example>\n  Date: Tue, 24 Nov 2026 12:00:00 +0200\n  From: help@keyhaven.example\n  To: carol@example.com\n  Subject: Our answer\n\nYour message cannot be delivered to the following recipients:\n\n  Recipient address: carol@example.com\n  Reason: Remote SMTP server has rejected address\n  Diagnostic code: smtp;550 5.1.1 unknown or illegal alias: carol@example.com\n",
        sender="Internet Mail Delivery <postmaster@mx.example>",
        subject="Delivery Notification: Delivery has failed",
        knows_id=True,
    ),
    "without Return-Path": Worded(
        "Your message could not be delivered to carol@example.com.\n550 5.1.1 no such user\n",
        headers=(),
    ),
    "from a nameless daemon": Worded(
        "Message delivery failed.\n\ncarol@example.com: 550 5.1.1 mailbox unavailable\n",
        sender="<>",
        subject="Delivery failure",
    ),
    "Estonian": Worded(
        "Teie kirja ei saanud kätte toimetada.\n\ncarol@example.com: ei leitud kasutajat (550 5.1.1)\n",
        subject="Kirja ei õnnestunud saata",
    ),
    "Finnish": Worded(
        "Viestiä ei voitu toimittaa vastaanottajalle carol@example.com (550 5.1.1).\n",
        subject="Viestiä ei voitu toimittaa",
    ),
    "Slovak": Worded(
        "Vaša správa nebola doručená príjemcovi carol@example.com: schránka neexistuje (550 5.1.1).\n",
        subject="Správa nebola doručená",
    ),
    "Czech": Worded(
        "Vaše zpráva nebyla doručena příjemci carol@example.com: schránka neexistuje (550 5.1.1).\n",
        subject="Nedoručená zpráva",
    ),
    "Polish": Worded(
        "Wiadomość nie została dostarczona do carol@example.com: konto nie istnieje (550 5.1.1).\n",
        subject="Niedostarczona wiadomość",
    ),
    "German": Worded(
        "Ihre Nachricht konnte nicht zugestellt werden: carol@example.com existiert nicht (550 5.1.1).\n",
        subject="Mail konnte nicht zugestellt werden",
    ),
    "Spanish": Worded(
        "No se pudo entregar el mensaje a carol@example.com: el usuario no existe (550 5.1.1).\n",
        subject="No se puede entregar: Our answer",
    ),
    "Italian": Worded(
        "Impossibile recapitare il messaggio a carol@example.com: utente sconosciuto (550 5.1.1).\n",
        subject="Mancato recapito: Our answer",
    ),
    "Dutch": Worded(
        "Uw bericht aan carol@example.com kon niet worden bezorgd (550 5.1.1).\n",
        subject="Onbestelbaar: Our answer",
    ),
    "Danish": Worded(
        "Meddelelsen kunne ikke leveres til carol@example.com (550 5.1.1).\n",
        subject="Kunne ikke leveres: Our answer",
    ),
    "Hungarian": Worded(
        "Az üzenet nem kézbesíthető: carol@example.com (550 5.1.1).\n", subject="Kézbesíthetetlen: Our answer"
    ),
}
