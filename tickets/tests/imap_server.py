"""A real IMAP server on loopback: the Dovecot of the distribution, configured in a folder of the test."""

import getpass
import grp
import imaplib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tickets.tests.mail_server import free_port

USER, PASSWORD = "help", "correct-horse-battery"

CONFIGURATION = """
base_dir = {run}
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
"""


@dataclass
class ImapServer:
    port: int
    tls_port: int
    log: Path

    def signed_in(self, user: str = USER) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(user, PASSWORD)
        return client

    def deliver(self, *mails: bytes, folder: str = "INBOX", user: str = USER) -> None:
        client = self.signed_in(user)
        if folder != "INBOX":
            client.create(folder)
        for mail in mails:
            status, said = client.append(
                folder, None, None, mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            )
            assert status == "OK", said
        client.logout()

    def flags(self, folder: str = "INBOX", user: str = USER) -> list[str]:
        """Of each mail, in order."""
        client = self.signed_in(user)
        client.select(folder, readonly=True)
        _, found = client.fetch("1:*", "(FLAGS)")
        client.logout()
        return [line.decode() for line in found if line]


def dovecot() -> str:
    """Path of the server; the test is skipped, or fails where all is required, without one."""
    path = shutil.which("dovecot") or next((p for p in ("/usr/sbin/dovecot",) if Path(p).exists()), "")
    if not path:
        message = "Dovecot was not found (Debian: apt install dovecot-imapd)"
        if os.environ.get("REQUIRE_ALL"):
            pytest.fail(message)
        pytest.skip(message)
    return path


@contextmanager
def imap_server(folder: Path) -> Iterator[ImapServer]:
    program = dovecot()
    server = ImapServer(free_port(), free_port(), folder / "dovecot.log")
    configuration = folder / "dovecot.conf"
    # The sockets in it have long names, and the kernel takes no path of more than 107 bytes.
    run = Path(tempfile.mkdtemp(prefix="imap-", dir="/tmp"))
    run.chmod(0o755)
    configuration.write_text(_configuration(folder, run, server))
    process = subprocess.Popen(
        [program, "-F", "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _wait_for(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(run, ignore_errors=True)


def _configuration(folder: Path, run: Path, server: ImapServer) -> str:
    for name in ("state", "mail", "home"):
        (folder / name).mkdir()
    certificate = _certificate(folder)
    own = getpass.getuser()
    is_root = os.geteuid() == 0
    uid, gid = (65534, 65534) if is_root else (os.getuid(), os.getgid())
    if is_root:
        # Mail is never read as root: the folders above it must let the one through who does.
        for place in (folder, folder / "mail", folder / "home"):
            os.chown(place, uid, gid)
        for above in folder.parents:
            if above.stat().st_uid == 0 and str(above).startswith("/tmp/"):
                above.chmod(above.stat().st_mode | 0o011)
    return CONFIGURATION.format(
        folder=folder,
        run=run,
        port=server.port,
        tls_port=server.tls_port,
        password=PASSWORD,
        uid=uid,
        gid=gid,
        internal="dovecot" if is_root else own,
        internal_group="dovecot" if is_root else _group(),
        login="dovenull" if is_root else own,
        ssl="yes",
        certificate=certificate,
    )


def _group() -> str:
    return grp.getgrgid(os.getgid()).gr_name


def _certificate(folder: Path) -> str:
    """Of localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    encoding = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*encoding))
    return f"ssl_cert = <{pem}\nssl_key = <{secret}"


def _wait_for(server: ImapServer, process: "subprocess.Popen[bytes]", seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(process.stderr.read().decode() + _log(server))
        try:
            server.signed_in().logout()
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.05)
        else:
            return
    raise AssertionError("Dovecot lets nobody in: " + _log(server))


def _log(server: ImapServer) -> str:
    return server.log.read_text() if server.log.exists() else ""
