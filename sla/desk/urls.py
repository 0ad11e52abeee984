from django.urls import path

from sla.desk import report

app_name = "sla"

urlpatterns = [
    path("promises/", report.promises, name="report"),
    path("promises/tickets/", report.tickets, name="report-tickets"),
    path("promises/csv/", report.csv_file, name="report-csv"),
]
