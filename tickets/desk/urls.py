from django.urls import path

from tickets.desk import (
    composer,
    customer,
    files,
    login,
    mail,
    mail_in_ticket,
    mail_verbs,
    notices,
    queue,
    ticket_page,
    verbs,
)

app_name = "desk"

TICKET = "tickets/<int:number>/"
MAIL = "mail/<uuid:public_id>/"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("login/", login.SignIn.as_view(), name="login"),
    path("logout/", login.SignOut.as_view(), name="logout"),
    path(TICKET, ticket_page.ticket, name="ticket"),
    path(f"{TICKET}claim/", verbs.claim, name="claim"),
    path(f"{TICKET}release/", verbs.release, name="release"),
    path(f"{TICKET}hand-over/", verbs.hand_over, name="hand-over"),
    path(f"{TICKET}status/", verbs.status, name="status"),
    path(f"{TICKET}problem-type/", verbs.problem_type, name="problem-type"),
    path(f"{TICKET}reply/", composer.reply, name="reply"),
    path(f"{TICKET}note/", composer.note, name="note"),
    path(f"{TICKET}memo/", composer.memo, name="memo"),
    path(f"{TICKET}draft/", composer.draft, name="draft"),
    path(f"{TICKET}files/", composer.upload, name="upload"),
    path(f"{TICKET}files/<uuid:public_id>/remove/", composer.remove_file, name="remove-file"),
    path(f"{TICKET}messages/<int:message>/undo/", mail_in_ticket.undo_reply, name="undo-reply"),
    path(f"{TICKET}messages/<int:message>/sender/", mail_in_ticket.accept_sender, name="accept-sender"),
    path(f"{TICKET}messages/<int:message>/move-out/", mail_in_ticket.move_out, name="move-out"),
    path(f"{TICKET}join/", mail_in_ticket.join, name="join"),
    path(f"{TICKET}join/dismiss/", mail_in_ticket.dismiss, name="dismiss-join"),
    path(f"{TICKET}order/", mail_in_ticket.link_order, name="link-order"),
    path(f"{TICKET}participants/", mail_in_ticket.add_participant, name="add-participant"),
    path(
        f"{TICKET}participants/<int:participant>/remove/",
        mail_in_ticket.remove_participant,
        name="remove-participant",
    ),
    path(f"{TICKET}code/", mail_in_ticket.send_code, name="send-code"),
    path(f"{TICKET}code/confirm/", mail_in_ticket.confirm_code, name="confirm-code"),
    path("mail/", mail.mails, name="mail"),
    path("mail/fetch/", mail_verbs.fetch, name="fetch-mail"),
    path(f"{MAIL}", mail.mail, name="mail-one"),
    path(f"{MAIL}original/", mail.original, name="mail-original"),
    path(f"{MAIL}formatted/", mail.formatted, name="mail-html"),
    path(f"{MAIL}formatted/pictures/", mail.with_pictures, name="mail-html-pictures"),
    path(f"{MAIL}files/<int:index>/", mail.part, name="mail-part"),
    path(f"{MAIL}ticket/", mail_verbs.make_ticket, name="mail-make-ticket"),
    path(f"{MAIL}again/", mail_verbs.read_again, name="mail-read-again"),
    path(f"{MAIL}aside/", mail_verbs.set_aside, name="mail-set-aside"),
    path(f"{MAIL}back/", mail_verbs.take_back, name="mail-take-back"),
    path("codes/<str:ref>/reveal/", verbs.reveal, name="reveal"),
    path("files/<uuid:public_id>/", files.file, name="file"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_notices, name="read-notices"),
    path("customers/<int:pk>/", customer.customer, name="customer"),
]
