from django.urls import path

from tickets.portal import examples, my, order, report, report_files, ticket, ticket_files

app_name = "portal"

ORDER = "o/<slug:shop>/<str:token>/"
REPORT = f"{ORDER}report/<str:ref>/<slug:problem>/"
TICKET = "t/<str:token>/"

urlpatterns = [
    path(ORDER, order.order, name="order"),
    path(f"{ORDER}report/<str:ref>/", report.choose, name="choose"),
    path(REPORT, report.report, name="report"),
    path(f"{REPORT}draft/", report_files.draft, name="report-draft"),
    path(f"{REPORT}files/", report_files.upload, name="report-upload"),
    path(f"{REPORT}files/<uuid:public_id>/", report_files.file, name="report-file"),
    path(f"{REPORT}files/<uuid:public_id>/remove/", report_files.remove, name="report-file-remove"),
    path(TICKET, ticket.ticket, name="ticket"),
    path(f"{TICKET}received/", ticket.received, name="received"),
    path(f"{TICKET}reply/", ticket.reply, name="reply"),
    path(f"{TICKET}solved/", ticket.solved, name="solved"),
    path(f"{TICKET}reopen/", ticket.reopen, name="reopen"),
    path(f"{TICKET}code/", ticket.confirm_code, name="confirm-code"),
    path(f"{TICKET}draft/", ticket_files.draft, name="reply-draft"),
    path(f"{TICKET}files/", ticket_files.upload, name="upload"),
    path(f"{TICKET}files/<uuid:public_id>/", ticket_files.file, name="file"),
    path(f"{TICKET}files/<uuid:public_id>/remove/", ticket_files.remove, name="file-remove"),
    path("my/", my.ask, name="my"),
    path("my/tickets/", my.tickets, name="my-tickets"),
    path("my/sign-out/", my.sign_out, name="my-sign-out"),
    path("my/<str:token>/", my.confirm, name="my-confirm"),
    path("examples/<uuid:public_id>/", examples.example, name="example"),
]
