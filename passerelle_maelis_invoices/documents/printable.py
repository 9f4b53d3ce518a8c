import re

#: What neither XML nor a spreadsheet can hold.
UNPRINTABLE = re.compile('[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')


def printable(text: str) -> str:
    return UNPRINTABLE.sub('\N{REPLACEMENT CHARACTER}', text)
