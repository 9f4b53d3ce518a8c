"""One payment of a file that an administrator imports, and what is wrong with another one."""

from dataclasses import dataclass

from .notice import PaymentNotice


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """``place`` is where it stands in the file, in words: 'ligne 3'."""

    place: str
    #: Slug, '' when the file does not say.
    connector: str
    regie: str
    invoice_id: str
    notice: PaymentNotice


@dataclass(frozen=True, slots=True)
class RowError:
    place: str
    message: str

    def __str__(self) -> str:
        return f'{self.place} : {self.message}'
