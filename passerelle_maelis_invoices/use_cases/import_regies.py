"""Bring a connector's régies into line with what Maelis announces (``readRegieList``)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from ..errors import OutcomeUnknown
from ..models import Connector, Regie
from .read_regies import read_regies

#: Seconds that an administrator waits for Maelis, where a citizen would get the local copy instead.
PATIENCE = 10.0
LONGEST_CODE = 50
LONGEST_LABEL = 250


@dataclass(frozen=True, slots=True)
class ImportedRegies:
    """Codes, in order. ``missing`` are the régies that we have and Maelis did not name."""

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def in_words(self) -> str:
        """One line, in French."""
        parts = {
            'créées': self.created,
            'renommées': self.updated,
            'inchangées': self.unchanged,
            'absentes de Maelis, laissées telles quelles': self.missing,
        }
        named = [f'{what} : {", ".join(codes)}' for what, codes in parts.items() if codes]
        return f'Régies {" ; ".join(named)}.' if named else 'Maelis n’annonce aucune régie.'


def import_regies(*, connector: Connector) -> ImportedRegies:
    """Creates the régies that are new here and takes over Maelis's labels; nothing else is overwritten.

    A régie that Maelis does not name any more is reported and left as it is: payments may still come in
    for it, and one short answer must not close a cash office. Raises MaelisError or MisconfiguredConnector.
    """
    labels = _read_labels(connector)
    with transaction.atomic():
        return _store(connector, labels)


def _read_labels(connector: Connector) -> Mapping[str, str]:
    found = read_regies(connector=connector, seconds=max(PATIENCE, connector.deadline))
    labels = {regie.code: (regie.label or regie.code)[:LONGEST_LABEL] for regie in found}
    if too_long := [code for code in labels if len(code) > LONGEST_CODE]:
        raise OutcomeUnknown('Maelis annonce une régie dont le code est trop long.', detail=too_long[0][:200])
    return labels


def _store(connector: Connector, labels: Mapping[str, str]) -> ImportedRegies:
    known = {regie.code: regie for regie in Regie.objects.filter(connector=connector)}
    created = [code for code in labels if code not in known]
    updated = [code for code, label in labels.items() if code in known and known[code].label != label]
    for code in created:
        Regie.objects.get_or_create(connector=connector, code=code, defaults={'label': labels[code]})
    for code in updated:
        Regie.objects.filter(pk=known[code].pk).update(label=labels[code])
    return ImportedRegies(
        created=tuple(sorted(created)),
        updated=tuple(sorted(updated)),
        unchanged=tuple(sorted(labels.keys() - {*created, *updated})),
        missing=tuple(sorted(known.keys() - labels.keys())),
    )
