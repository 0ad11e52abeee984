from django.urls import path

from tickets.desk import composer, customer, files, login, notices, queue, ticket_page, verbs

app_name = "desk"

TICKET = "tickets/<int:number>/"

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
    path("codes/<str:ref>/reveal/", verbs.reveal, name="reveal"),
    path("files/<uuid:public_id>/", files.file, name="file"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_notices, name="read-notices"),
    path("customers/<int:pk>/", customer.customer, name="customer"),
]
