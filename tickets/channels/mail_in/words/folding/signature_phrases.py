"""What programs, devices and companies put below a mail, in the languages of our shops' customers. Own collection."""

from tickets.channels.mail_in.words.folding.patterns import pattern

SENT_FROM = pattern(
    r"""
    ^(?:sent (?:from|via|with)|sent by galaxy|get outlook|saadetud .{1,60}st|lähetetty .{0,60}(?:sta|stä|lla
    |llä)|odoslan[éáý] (?:z|zo|cez|pomocou|mobil\w+)|odoslal\w* z|poslané (?:z|zo|cez)|odeslán[oay] (?:z|ze|přes
    |pomocí|mobil\w+)|posláno (?:z|ze|přes)|wysłan[eoya] (?:z|ze|przy|za|przez)|(?:gesendet|versendet) (?:von
    |mit|aus|über|via)|von meine[mr] .{2,60} gesendet|von unterwegs gesendet|diese (?:nachricht
    |e-?mail) wurde von meinem|envoyée? (?:de|depuis|à partir|avec|via)|envoye (?:de|depuis)|expédié depuis
    |enviad[oa] (?:desde|con|do|da|de|a partir|pelo|com|via|por)|inviat[oa] (?:da|dal|con|tramite|via)
    |(?:verzonden|verstuurd|gestuurd) (?:vanaf|vanuit|met|via|van)|skicka(?:t|des) (?:från|med|via)|sendt (?:fra
    |med|via)|(?:отправлено|послано) (?:с|со|из|через|от)|(?:надіслано|відправлено) (?:з|із|зі|через|від)
    |(?:išsiųsta|siųsta) (?:iš|naudojant|per|su)|(?:nosūtīts|nosūtīta|sūtīts) (?:no|izmantojot|ar)|(?:elküldve
    |küldve) (?:a|az|innen)\b|trimis (?:de|din|cu))(?![^\W\d_])|\b(?:az?|my) .{1,40} (?:küldve|küldtem
    |elküldve)$|gönderildi$
    """
)
"""How a device begins the line in which it names itself; some languages end it so."""

DEVICE = pattern(
    r"""
    ^sent from (?:my|an?|the) \S{1,20}(?: \S{1,15}){0,2}$|iphon|ipad|ipod|ios\b|android|samsung|galaxy|huawei
    |xiaomi|redmi|honor|oneplus|nokia|motorola|xperia|pixel|blackberry|htc|realme|windows|mailbird|thunderbird
    |k-9|fairemail|blue ?mail|airmail|spark|proton|tutanota|tuta\b|yahoo|aol|gmail|gmx|web\.de|mail\.ru|yandex
    |яндекс|ukr\.net|seznam|email\.cz|centrum|onet|wp\.pl|poczt\w* (?:wp|o2|onet)|o2\b|interia|zoho|outlook
    |t-online|mail app|mail\.ee|zone\.ee|azet|smartphone|smartfon|älypuhelim|puhelime|nutitelefon|nutiseadme
    |mobiilist|mobilu|mobilem|telefonu|telefónu|mobilného|mobilního|komórk|mobilgerät|mobiltelefon|handy
    |mobile (?:device|phone)|cell ?phone|my phone|my mobile|tablet|laitteesta|seadmest|zariadenia|zařízení
    |urządzenia|appareil|mon mobile|dispositivo|telefonino|telemóvel|celular|m[oó]vil|toestel|mobiel|mobil\b
    |мобильн|мобільн|смартфон|телефон|айфон|telefono\b|telefona\b|telefonom|készülék
    """
)

GET_OUTLOOK = pattern(
    r"""
    (?:get|hangi\w*|hankige|hanki|lataa|získa\w+|získej\w+|stáhn\w+|stiahn\w+|pobierz|télécharge\w+|obtene\w+
    |obtenga|ottieni|scarica\w*|obter|obtenha|download|hämta|hent|skaff|скача\w+|получит\w+|завантаж\w+
    |отрима\w+|gau\w+|atsisiųs\w+|iegūst\w+|lejupielād\w+)\b.{0,30}\bOutlook\b.{0,30}\b(?:iOS|Android|Mac)
    |Outlook (?:für|voor) (?:iOS|Android|Mac) \w+$|(?:az )?Outlook .{0,20}(?:beszerzése|letöltése)$
    """
)

SCANNED = pattern(
    r"""
    (?:checked|scanned|kontrollitud|tarkistettu|skontrolovan|zkontrolován|kontrolován|sprawdzon|przeskanowan
    |geprüft|gescannt|analysé|vérifié|analizado|controllat|verificad|gecontroleerd|kontrollerats|kontrolleret
    |проверен|перевірен|patikrint|pārbaudīt|ellenőriz).{0,80}(?:virus|vírus|viiru|vir[yů]|wirus|viren|вирус
    |вірус|avast|avg|eset|norton|kaspersky)|(?:virus|vírus|viiru|vir[yů]|wirus|viren|вирус
    |вірус).{0,40}(?:checked|kontrollitud|tarkistettu|skontrolovan|zkontrolován|kontrolován|sprawdzon|geprüft
    |analizado|controllat|gecontroleerd|проверен|перевірен)
    """
)
"""What a virus scanner says of the mail it stands in; only together with ABOUT_MAIL, for shops sell scanners too."""

ADVERTS = pattern(
    r"""
    ^(?:virus-free|virenfrei|viirusevaba|bez vírusov|bez virů|wolny od wirusów|sans virus|libre de virus
    |privo di virus|livre de vírus|virusvrij|virusfri|virukseton|не содержит вирусов
    |без вірусів)\b.{0,20}(?:www\.|<?https?:|avast|avg|$)|^_{6,} .{0,40}\bESET\b.{0,120} _{6,}$
    |^you received this (?:message|email|mail) because you|^to unsubscribe\b|^unsubscribe:? <?(?:https?:
    |mailto:)|^to stop receiving emails|mailman/listinfo|^\S{1,40} mailing list$|^do you yahoo
    |^yahoo mail: search, organi[sz]e|^sent with .{0,10}(?:proton ?mail|tutanota|tuta\b|mailfence).{0,40}$
    |^(?:jetzt|hier|ab sofort)\b.{0,60}kostenlos.{0,60}(?:e-?mail|gmx|web\.de)|^\W{0,4}(?:please )?(?:consider
    |think (?:of|about)) the environment before|enne (?:selle )?kirja (?:välja)?trükkimist|^ajattele ympäristöä
    |^(?:pred|před) vyt(?:lačením|ištěním)|^zanim wydrukujesz|^pomyśl o środowisku|^bitte (?:denken sie
    |prüfen sie).{0,40}(?:umwelt|ausdruck)|^pensez à l'environnement|^antes de imprimir|^prima di stampare
    |^denk aan het milieu|^tänk på miljön|^t[æe]nk på miljøet|^прежде чем распечат|^подумайте об экологии
    """
)
"""Lines of scanners, lists and mail providers."""

NOTICE_TITLE = pattern(
    r"""
    \W{0,4}(?:confidentiality (?:notice|note|statement|warning)|legal (?:notice|disclaimer)|disclaimer
    |privileged|confidential(?:ity)?\s*[:.–-]|konfidentsiaalsus(?:teade|märkus)|hoiatus:|luottamuksellisuus
    |vastuuvapaus|upozornenie\s*:|dôvernosť|upozornění\s*:|důvěrnost|klauzula poufności|zastrzeżenie|nota prawna
    |vertraulichkeitshinweis|haftungsausschluss|rechtlicher hinweis|avis de confidentialité|avertissement\s*:
    |aviso (?:legal|de confidencialidade?d?)|nota legale|avvertenza|aviso de confidencialidade|vertrouwelijkheid
    |sekretess|fortrolighed|konfidensialitet|конфиденциальность|уведомление о конфиденциальности
    |повідомлення про конфіденційність|konfidencialumo|konfidencialitātes|titoktartási|jogi nyilatkozat)
    """
)

ABOUT_MAIL = pattern(
    r"""
    \W{0,4}(?:this (?:e-?mail|message|communication|electronic)|the (?:information
    |contents?) (?:contained )?(?:in|of) this|the information (?:transmitted|contained)|if you (?:are not the
    |have received this)|any (?:views|opinions)|see (?:e-?kiri|kiri|e-?mail|sõnum|teade)|käesolev (?:e-?kiri
    |kiri|e-?mail|sõnum)|kui (?:te|sa) ei ole|tämä (?:viesti|sähköposti)|tämän (?:viestin|sähköpostin)
    |jos et ole|t[áa]to (?:e-?mailov[áa] )?(?:správa|komunikácia)|tento (?:e-?mail|mail)|obsah (?:tejto|tohto
    |této|tohoto)|informácie (?:obsiahnuté|uvedené) v|informace (?:obsažené|uvedené) v
    |t[áa]to (?:e-?mailov[áa] )?zpráva|ak nie ste|pokud nejste|niniejsz[aye]|ta wiadomość|treść (?:tej
    |niniejszej)|jeżeli nie (?:są|jest)|informacje zawarte|diese (?:e-?mail|nachricht)|der inhalt dieser
    |die (?:in dieser|informationen)|wenn sie nicht der|ce (?:message|courriel|mail|courrier)|cet? e-?mail
    |les informations contenues|este (?:mensaje|correo|e-?mail)|la información contenida|questo messaggio
    |questa (?:e-?mail|comunicazione)|le informazioni contenute|esta (?:mensagem|e-?mail|comunicação)|este email
    |dit (?:bericht|e-?mailbericht)|deze e-?mail|de informatie in|detta (?:meddelande|e-?mail|mejl)
    |denne (?:e-?mail|e-?post|meddelelse|mail|besked|melding)|это (?:сообщение|письмо|электронное)
    |данное (?:сообщение|письмо)|информация, содержащаяся|настоящее (?:письмо|сообщение)|це (?:повідомлення
    |лист)|цей (?:лист|електронний)|дан(?:е повідомлення|ий лист)|šis (?:el|laiškas|pranešimas|e-past)
    |šis ziņojums|šī (?:ziņa|e-past)|ez az (?:üzenet|e-?mail|elektronikus)|jelen (?:üzenet|e-?mail|levél))
    """
)
"""How a notice speaks of the mail it stands in."""

CONFIDENTIAL = pattern(
    r"""
    confidential|privileged|konfidentsiaal|luottamuksel|dôvern|důvěrn|poufn|vertraulich|confidentiel
    |confidencial|riservat|confidenzial|vertrouwelijk|konfidenti|konfidensi|fortrolig|sekretess|конфиденциал
    |конфіденц|konfidenci|bizalmas
    """
)

RECIPIENT = pattern(
    r"""
    intended|addressee|named recipient|recipient|adressaadi|adressaat|saaja|vastaanottaja|adresát|určen[áéýo]
    |príjemc|příjemc|adresat|przeznaczon|bestimmt|empfänger|adressat|destinataire|destinatari|destinatário
    |geadresseerde|bestemd|ontvanger|avsed|mottagare|modtager|mottaker|адресат|получател|одержувач|призначен
    |предназначен|gavėj|adresāt|saņēmēj|címzett
    """
)

BY_MISTAKE = pattern(
    r"""
    in error|by mistake|ekslikult|eksituse|erehdyksessä|vahingossa|omylom|omylem|omyłk|irrtümlich|versehentlich
    |par erreur|por error|per errore|por engano|por erro|abusievelijk|per abuis|vergissing|av misstag
    |ved en fejl|ved en feil|fejlagtigt|ошибочно|по ошибке|помилк|per klaidą|kļūdas|kļūdain|téved
    """
)

CLOSING = pattern(
    r"""
    ^(?:(?:best|kind|kindest|warm|many)? ?regards|best wishes|best|cheers|sincerely|yours \w+
    |thanks(?: and .{1,20})?|thank you(?: and .{1,20})?|(?:lugupidamisega|parimate \w+|tervitades|tervitustega
    |heade soovidega|tänades|aitäh)|(?:ystävällisin|parhain|terveisin|kunnioit)\w*(?: terveisin)?|(?:s pozdravom
    |s pozdravem|s úctou|s přátelským \w+|s priateľským \w+|pekný deň|hezký den|ďakujem|děkuji|srdečne
    |pozdravujem|zdravím)|(?:pozdrawiam|z poważaniem|z pozdrowieniami|serdecznie pozdrawiam|łączę pozdrowienia
    |dziękuję)|(?:mit (?:freundlichen|besten|herzlichen) grüßen|mfg|viele grüße|beste grüße|freundliche grüße
    |herzliche grüße|liebe grüße)|(?:cordialement|bien à vous|bien cordialement|salutations)|(?:saludos
    |un saludo|atentamente|cordiali saluti|distinti saluti|saluti|atenciosamente|cumprimentos
    |com os melhores \w+|met vriendelijke groet\w*|mvg|groeten|groetjes)|(?:med vänlig\w* hälsning\w*
    |vänliga hälsningar|mvh|hälsningar|med venlig hilsen|venlig hilsen|hilsen|vennlig hilsen|med vennlig hilsen)
    |(?:с уважением|с наилучшими \w+|спасибо|з повагою|дякую|щиро ваш)|(?:pagarbiai|su pagarba|geros dienos
    |ar cieņu|ar sveicieniem|üdvözlettel|tisztelettel|köszönettel))[\s,.!]*$
    """
)

ORDER_WORD = pattern(
    r"""
    order|invoice|ticket|code|key|serial|licen[cs]e|voucher|tellimus|arve|kood|võti|tilaus|lasku|koodi|avain
    |objednáv|faktúr|kód|kľúč|faktur|klíč|zamówieni|kod\b|klucz|bestell|rechnung|auftrag|schlüssel|commande
    |facture|clé|pedido|factura|clave|ordine|fattura|chiave|encomenda|fatura|chave|factuur|bestelnummer|sleutel
    |beställning|nyckel|ordre|nøgle|nøkkel|заказ|счет|счёт|ключ|код|замовлен|рахун|užsak|sąskait|kodas|rakt
    |pasūtīj|rēķin|atslēg|rendelés|számla|kulcs|\bnr\b|№|pin\b|\bcase\b
    """
)
"""Beside a number: content, wherever it stands."""

REGISTRY = pattern(
    r"""
    \b(?:reg|registry|registrikood|rg-kood|kmkr|vat|käibemaks|y-tunnus|alv|ičo|ič|dič|ič dph|nip|regon|krs|ust
    |hrb|siret|tva|cif|nif|p\.? ?iva|kvk|btw|org|cvr|инн|огрн|кпп|єдрпоу|adószám|iban|swift|bic)\b
    """
)
"""Numbers by which companies are registered."""
