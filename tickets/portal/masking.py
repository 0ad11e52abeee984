def mask_email(email: str) -> str:
    """Enough for its owner to know which of several mailboxes to open."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}•••{at}{domain}" if at else ""
