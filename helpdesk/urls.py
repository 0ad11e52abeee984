from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from helpdesk import dev_mail, health

MAIL = r"^dev/mail/(?P<name>[0-9]{20}-[0-9a-f]{12})/"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="portal:my", permanent=False), name="home"),
    path("", include("tickets.portal.urls")),
    path("desk/", include("tickets.desk.urls")),
    path("desk/", include("sla.desk.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("dev/mail/", dev_mail.mail_list, name="dev-mail"),
    re_path(MAIL + "$", dev_mail.mail, name="dev-mail-one"),
    re_path(MAIL + "html/$", dev_mail.mail_html, name="dev-mail-html"),
]
