from django.urls import path

from sla.desk import report
from sla.desk.why import why_page

app_name = "sla"

urlpatterns = [
    path("tickets/<int:number>/why/", why_page, name="why"),
    path("reports/promises/", report.promises, name="report"),
    path("reports/promises/tickets/", report.tickets, name="report-tickets"),
    path("reports/promises/csv/", report.csv_file, name="report-csv"),
]
