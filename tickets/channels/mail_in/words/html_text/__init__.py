"""The text of an HTML mail, line by line, with what its markup says of quotes."""

from tickets.channels.mail_in.words.html_text.walk import lines_of_html

__all__ = ["lines_of_html"]
