# ruff: noqa: E501  languages stand in lines of their own
"""How mail servers say that a mail did not arrive or is late, in the languages of our customers and their neighbours."""

import re

BOUNCE_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{1,30}\]\s*)?(?:\*+\w{1,10}\*+\s*)?(?:re:\s*)?(?:undeliver(?:able|ed)|(?:mail )?deliver(?:y|able)[ :].{0,40}(?:fail|status|delay|notification|report|problem|unsuccess|subsystem)|delivery (?:failure|status|notification|has failed|incomplete|problem|report|error)|(?:permanent|temporary) delivery|mail (?:delivery )?(?:failed|failure|system error)|mail delivery (?:failed|subsystem|error|problem)|notice: mail delivery status|returned (?:mail|email|to sender)|return(?:ed)? to sender|failure notice|failed (?:mail|delivery|to deliver)"
    r"|message (?:undeliverable|delayed|not delivered|could not be delivered|status|delivery (?:failure|delayed))|could not (?:send|deliver)|unable to deliver|cannot deliver|warning: (?:could not send|message .{0,40}delayed|mail)|non[- ]?deliver\w*|ndn:|ndr:|delayed mail|mail delayed|delivery delayed|mail could not be delivered|your (?:message|mail|e-mail) .{0,40}(?:could not be|was not|cannot be) delivered|user unknown|nondeliverable|mail undeliverable|mail status report|error sending your mail|rejected mail"
    r"|unzustellbar|nicht zustellbar|mail konnte nicht|zustell(?:ung|fehler)|fehlgeschlagen|verzögert:|échec d|non remis|non distribu|message non (?:distribué|remis)|retard(?:é)? de remise|no se puede entregar|no entregado|devuelto|no se pudo entregar|mancat[oa] (?:recapito|consegna)|impossibile recapitare|non recapitabile|não (?:entregue|foi possível)|falha na entrega|onbestelbaar|niet bezorgd|kan inte levereras|ej levererat|olevererbart|ikke leveret|kunne ikke leveres|kan ikke leveres|leveringsfeil"
    r"|kättetoimetamata|kohaletoimetamata|edastamatu|edasi(?:lükatud|toimetamata)|kirja ei (?:saanud|õnnestunud)|ei saanud kätte|toimittamatta|ei voi(?:tu)? toimittaa|toimitus(?: on)? (?:epäonnistui|viivästynyt)|viestiä ei voitu|perille toimittamat|nedoručen|nedoručiteľn|nedoručiteln|nepodarilo sa doručiť|nepodařilo se doručit|nebyla doručena|nebola doručená|zpráva nebyla|správa nebola|vrátená|vrácen|zpožděn|oneskoren|niedostarczaln|nie można dostarczyć|niedostarczon|zwrot\b|nie dostarczono|nie udało się dostarczyć|opóźnion|не доставлено|недоставлен|не удалось доставить|невозможно доставить|kézbesíthetetlen|nem kézbesíthető|nepristatyt|nepavyko pristatyti|nav piegādāt|neizdevās piegādāt)",
    re.IGNORECASE,
)

FAILED = re.compile(
    r"user unknown|no such (?:user|mailbox|recipient|address|person)|unknown (?:user|recipient|address|to address|mailbox)|does not exist|doesn't exist|mailbox (?:unavailable|not found|full|disabled|is full|exceeds)|invalid (?:mailbox|recipient|address)|account (?:is |has been )?(?:disabled|inactive)|(?:account|user|mailbox).{0,20}over.?quota|address (?:not found|rejected|couldn't be found)|recipient (?:rejected|address rejected|not found)|user not found|no mailbox here|doesn't have a .{1,40} account"
    r"|could(?: not|n't) be (?:delivered|found)|wasn't (?:delivered|found)|(?:was|were) not delivered|not delivered|cannot be delivered|can't be delivered|undeliverable|delivery (?:has )?failed|delivery failure|permanent (?:error|failure|fatal)|permanently|failed permanently|host (?:unknown|not found)|domain not found|over quota|quota exceeded|message (?:was )?(?:rejected|refused|blocked)|has been blocked|relay(?:ing)? (?:access )?denied|(?:wasn't|not|un)\s?able to deliver|giving up|given up|returned to (?:the )?sender|did not reach|retry timeout exceeded|error occurred while trying to deliver|failed address|no valid recipients|mailbox exceeds"
    r"|nicht (?:zugestellt|gefunden)|nachrichtenzustellung|existiert nicht|unbekannt|nebyla? (?:doručen|nalezen)|nezdařilo|neexistuje|nebola? doručen|zlyhalo|nenašla|nie (?:mogła zostać dostarczona|została dostarczona|istnieje|można|powiodło|udało się)|ei (?:saanud kätte|toimetatud|eksisteeri|leitud|löydetty|löytynyt|voitu toimittaa)|nurjus|epäonnistui|n'a pas (?:été|pu)|introuvable|échec de la remise|no se (?:ha podido|pudo)|non (?:è stato|esiste)|impossibile recapitare|não (?:foi possível|existe)|(?:kon|kan) niet worden bezorgd|gick inte att (?:leverera|hitta)|kunne ikke (?:leveres|finnes)|не (?:может быть|удалось|существует)|nem kézbesíthető|nepavyko|neizdevās",
    re.IGNORECASE,
)

DELAYED = re.compile(
    r"delayed|still (?:being )?(?:retr|undelivered)|will (?:be retried|retry|continue|keep) ?(?:trying|to try|for|until)?|not yet been delivered|could not be delivered for (?:more than )?\d+ |no action is required|do not need to resend|warning(?: message)? only|temporary (?:problem|failure|error)|transient non-fatal|delivery incomplete|verzögert|hilinenud|viivästyn|opóźni|zpožd|oneskor|retardé|retrasad|ritardo|vertraagd|försena|forsinket",
    re.IGNORECASE,
)
"""A mail server that still tries says so, and often also what happens if it gives up; so this counts before `GAVE_UP`
only where that is missing."""

GAVE_UP = re.compile(
    r"permanent (?:error|failure|fatal)|(?:delivery|recipient).{0,20} failed permanently|given up|giving up|has been removed from the (?:mail )?queue|retry timeout exceeded|returned to (?:the )?sender|cannot be delivered|(?<!\d)5\d\d[ -]\d?",
    re.IGNORECASE,
)
DELAY_SUBJECT = re.compile(
    r"delay|warning:|incomplete|still being|verzögert|viivästyn|opóźnion|zpožděn|oneskoren|edasilükatud|retard|vertraagd|försena|forsinket",
    re.IGNORECASE,
)
DELIVERED_SUBJECT = re.compile(
    r"^\s*(?:delivered:|delivery (?:status )?notification \(success\)|successful mail delivery|relayed:|zugestellt:|doručené:|doručeno:|dostarczono:|toimitettu:|kohale toimetatud:|remis :|entregado:|consegnato:|entregue:|bezorgd:|levererat:|leveret:)",
    re.IGNORECASE,
)
