import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import ActivationCode, Order, Shop
from customers.secrets import EncryptedTextField
from tickets.models.agent import Team
from tickets.models.evidence import ProblemType
from tickets.models.message import Message
from tickets.models.ticket import Ticket, Verified


class Mailbox(models.Model):
    """An address that customers write to, and how its mail gets to us."""

    class Source(models.TextChoices):
        PIPE = "pipe", _("the mail server hands each mail to receive_mail")
        IMAP = "imap", _("we fetch it by IMAP")

    class Security(models.TextChoices):
        TLS = "tls", _("TLS from the beginning (port 993)")
        STARTTLS = "starttls", _("STARTTLS (port 143)")
        NONE = "none", _("none: only inside an own network")

    address = models.EmailField(
        _("address"), max_length=254, help_text=_("Where customers write to, and answers come from.")
    )
    folded = models.CharField(max_length=254, unique=True, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="mailboxes", verbose_name=_("shop"))
    problem_type = models.ForeignKey(
        ProblemType,
        on_delete=models.PROTECT,
        related_name="mailboxes",
        verbose_name=_("problem type"),
        help_text=_("Of the tickets that mails open; agents change it where they know better."),
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible agent"),
        help_text=_("Gets the tickets that come here unless their SLA type or customer names somebody."),
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible team"),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.CUSTOMER_LANGUAGES,
        default="en",
        help_text=_("In which people are answered of whom we do not know theirs."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    acknowledges = models.BooleanField(
        _("thanks for new mails"),
        default=True,
        help_text=_("A mail that opens a ticket is answered with its number and by when an answer comes."),
    )
    extension = models.CharField(
        _("address extension"),
        max_length=1,
        blank=True,
        default="+",
        choices=[("+", "+"), ("-", "-"), ("", _("none"))],
        help_text=_(
            "Answers get an address of their own, such as help+r1-x7@…, by which they find their ticket. Choose none "
            "when the mail server does not deliver such addresses."
        ),
    )
    trusted_hosts = models.TextField(
        _("mail servers whose checks are believed"),
        blank=True,
        help_text=_(
            "One on each line, as they name themselves at the beginning of Authentication-Results. Only your own: "
            "anybody can write such a line into a mail."
        ),
    )
    checks_dkim = models.BooleanField(
        _("check DKIM signatures here"), default=True, help_text=_("Asks the DNS for the sender's key.")
    )
    source = models.CharField(_("comes by"), max_length=4, choices=Source.choices, default=Source.PIPE)
    host = models.CharField(_("IMAP server"), max_length=255, blank=True)
    port = models.PositiveIntegerField(
        _("port"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(65535)],
        help_text=_("993 or 143 when empty."),
    )
    security = models.CharField(_("encryption"), max_length=8, choices=Security.choices, default=Security.TLS)
    user = models.CharField(_("user name"), max_length=255, blank=True)
    password = EncryptedTextField(_("password"), blank=True)
    folders = models.TextField(
        _("folders"), blank=True, default="INBOX", help_text=_("One on each line; all of them are read.")
    )
    fetched_at = models.DateTimeField(_("last fetched"), null=True, editable=False)
    fetching_until = models.DateTimeField(
        null=True, editable=False, help_text=_("Somebody fetches it, or is believed dead after this.")
    )
    fetch_error = models.TextField(_("last error"), blank=True, editable=False)
    silent_until = models.DateTimeField(
        null=True,
        editable=False,
        help_text=_("The breaker stopped automatic answers to people we do not know, until then."),
    )

    class Meta:
        ordering = ["address"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agent=None) | Q(team=None),
                name="mailbox_has_an_agent_or_a_team",
                violation_error_message=_("Name an agent or a team, not both."),
            )
        ]
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")

    def __str__(self) -> str:
        return self.address

    def save(self, *args: object, **kwargs: object) -> None:
        from customers.linking import fold_email

        self.folded = fold_email(self.address)
        super().save(*args, **kwargs)

    @property
    def trusted(self) -> list[str]:
        return [line.strip().casefold() for line in self.trusted_hosts.splitlines() if line.strip()]

    @property
    def account(self) -> str:
        """Whose folders are read; those of another account are others, though their numbers may be the same."""
        return f"{self.user}@{self.host.casefold()}"

    @property
    def folder_list(self) -> list[str]:
        return [line.strip() for line in self.folders.splitlines() if line.strip()] or ["INBOX"]


class MailboxFolder(models.Model):
    """How far a folder of an IMAP mailbox was read. A folder whose `uid_validity` changed is a new one (RFC 3501)."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="read_folders")
    account = models.CharField(max_length=520)
    name = models.CharField(max_length=255)
    uid_validity = models.PositiveBigIntegerField()
    last_uid = models.PositiveBigIntegerField(default=0, help_text=_("All up to this one are stored."))
    refusals = models.PositiveSmallIntegerField(
        default=0, help_text=_("How often the server did not give the next one.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "account", "name"], name="mailbox_folder_once"),
        ]


def mail_path(instance: "InMail", filename: str) -> str:
    name = uuid.uuid4().hex
    return f"mail/{name[:2]}/{name}"


class InMailQuerySet(models.QuerySet["InMail"]):
    def due(self, now: object) -> "InMailQuerySet":
        """Stored and not understood yet: nobody is at it, or whoever was is silent past the lease."""
        return self.filter(next_attempt_at__lte=now)

    def parked(self) -> "InMailQuerySet":
        return self.filter(outcome=InMail.Outcome.PARKED)


class InMail(models.Model):
    """One mail as it came in, and what became of it. Stored before it is understood; never deleted by itself.

    `next_attempt_at` is when a worker may take it: at once, or after the lease of one who is silent; nothing when it is
    done. The bytes lie in `raw`, all other columns were read out of them and may be read again.
    """

    class Outcome(models.TextChoices):
        WAITING = "", _("not read yet")
        OPENED = "opened", _("opened a ticket")
        REPLIED = "replied", _("went into a ticket")
        BOUNCED = "bounced", _("tells of a mail that came back")
        AUTO_REPLY = "auto-reply", _("automatic answer")
        DUPLICATE = "duplicate", _("came twice")
        PARKED = "parked", _("parked")
        SET_ASIDE = "set-aside", _("set aside by an agent")

    class Thanked(models.TextChoices):
        NO = "", _("no")
        PROVEN = "proven", _("yes; its mail servers vouch for the address")
        KNOWN = "known", _("yes; an address that has orders")
        UNKNOWN = "unknown", _("yes; somebody we do not know")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="mails")
    account = models.CharField(
        max_length=520, blank=True, help_text=_("User and server that it was fetched from.")
    )
    folder = models.CharField(max_length=255, blank=True, help_text=_("Of the IMAP mailbox."))
    uid_validity = models.PositiveBigIntegerField(null=True)
    uid = models.PositiveBigIntegerField(null=True)
    raw = models.FileField(upload_to=mail_path)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    received_at = models.DateTimeField(_("received"))
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.WAITING, blank=True
    )
    reason = models.TextField(_("reason"), blank=True, help_text=_("Why it was parked, or what was odd."))
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    fingerprint = models.CharField(  # noqa: DJ001  of several that came twice none has one
        max_length=64,
        null=True,
        unique=True,
        help_text=_(
            "Of what makes it this mail, without the way that it took; empty for one that came twice."
        ),
    )
    header_id = models.CharField("Message-ID", max_length=998, blank=True)
    sender_name = models.CharField(_("name"), max_length=200, blank=True)
    sender_address = models.CharField(_("from"), max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    is_automatic = models.BooleanField(_("automatic"), default=False)
    thanked = models.CharField(
        max_length=8,
        choices=Thanked.choices,
        default=Thanked.NO,
        blank=True,
        help_text=_("Whether its sender was told by itself that it arrived, and what sender that was."),
    )
    verified = models.CharField(
        _("sender verified"), max_length=16, choices=Verified.choices, default=Verified.NOT, blank=True
    )
    told = models.JSONField(
        default=dict,
        help_text=_(
            "Recipients and copies, what its servers say of the sender, and what was odd; plain JSON."
        ),
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="in_mails")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="in_mails")
    looks_like = models.ForeignKey(
        Ticket,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("The ticket to which it may belong, which an agent decides."),
    )
    mentions_order = models.ForeignKey(Order, on_delete=models.SET_NULL, null=True, related_name="+")
    mentions_code = models.ForeignKey(ActivationCode, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = InMailQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "account", "folder", "uid_validity", "uid"],
                condition=Q(uid__isnull=False),
                name="each_uid_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="in_mail_due", condition=Q(next_attempt_at__isnull=False)
            ),
            models.Index(fields=["-id"], name="in_mail_parked", condition=Q(outcome="parked")),
            models.Index(
                fields=["mailbox", "handled_at"],
                name="in_mail_thanked",
                condition=Q(thanked__in=["known", "unknown"]),
            ),
            models.Index(fields=["header_id"], name="in_mail_header_id"),
            models.Index(fields=["sender_address", "-id"], name="in_mail_sender"),
        ]
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")

    def __str__(self) -> str:
        return self.subject or _("Mail without a subject")
