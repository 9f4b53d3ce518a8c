"""One JSON document sets up the connector, as often as one likes, and can be written back."""

from __future__ import annotations

import json
from copy import deepcopy
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from passerelle_maelis_invoices.models import ApiClient, Connector, FamilyLink, Regie
from passerelle_maelis_invoices.models.secrets import secret_matches
from passerelle_maelis_invoices.use_cases.configure import configure
from passerelle_maelis_invoices.use_cases.dump_configuration import dump_configuration
from passerelle_maelis_invoices.use_cases.put_row import Action
from passerelle_maelis_invoices.use_cases.validate_configuration import InvalidConfiguration
from tests.builders import NAME_ID, NOBODY

if TYPE_CHECKING:
    from demo.simulator.process import Simulator

pytestmark = pytest.mark.django_db

WHOLE: dict[str, Any] = {
    'connectors': [
        {
            'slug': 'toulouse',
            'title': 'Maelis',
            'description': 'Factures de la ville',
            'wsdl_url': NOBODY,
            'service_url': None,
            'username': 'portail',
            'password': 'p@ss',
            'verify_tls': False,
            'ca_bundle': '',
            'client_certificate': '',
            'proxy_url': '',
            'deadline': 1.5,
            'fresh_for': 60,
            'payment_lag': 10,
            'refresh_rate': 5.0,
            'treasury_included': True,
            'alert_emails': ['a@example.org', 'b@example.org'],
            'alert_webhook': '',
            'regies': [
                {
                    'code': '007',
                    'label': 'Cantine',
                    'active': True,
                    'online_payment': False,
                    'minimum_amount': '1.50',
                    'maximum_amount': None,
                }
            ],
        }
    ],
    'api_clients': [
        {
            'name': 'portal',
            'active': True,
            'may_export': True,
            'orig': 'portal.example.org',
            'keys': ['one', 'two'],
            'api_key': 'k-1',
            'username': 'portal',
            'password': 'pass',
            'connectors': ['toulouse'],
            'regies': ['toulouse/007'],
        }
    ],
    'links': [{'connector': 'toulouse', 'name_id': NAME_ID, 'family_id': '1312'}],
}


def changed(**connector: Any) -> dict[str, Any]:
    document = deepcopy(WHOLE)
    document['connectors'][0].update(connector)
    return document


def actions(document: dict[str, Any]) -> dict[str, Action]:
    return {change.what: change.action for change in configure(document).changes}


def problems(document: Any) -> list[str]:
    with pytest.raises(InvalidConfiguration) as caught:
        configure(document)
    return list(caught.value.problems)


def test_everything_that_is_named_is_created() -> None:
    assert set(actions(WHOLE).values()) == {Action.CREATED}

    connector, regie, client = Connector.objects.get(), Regie.objects.get(), ApiClient.objects.get()
    assert (connector.password, connector.deadline, connector.service_url) == ('p@ss', 1.5, '')
    assert connector.alert_emails.splitlines() == ['a@example.org', 'b@example.org']
    assert (regie.code, regie.minimum_amount, regie.online_payment) == ('007', Decimal('1.50'), False)
    assert client.keys == ['one', 'two']
    assert secret_matches('k-1', client.api_key_hash)
    assert secret_matches('pass', client.password_hash)
    assert list(client.regies.all()) == [regie]
    assert FamilyLink.objects.get().family_id == '1312'


def test_the_same_document_again_changes_nothing() -> None:
    configure(WHOLE)

    assert set(actions(WHOLE).values()) == {Action.UNCHANGED}


def test_only_what_differs_is_updated() -> None:
    configure(WHOLE)

    done = actions(changed(deadline=3))

    assert done.pop('connecteur toulouse') is Action.UPDATED
    assert set(done.values()) == {Action.UNCHANGED}
    assert Connector.objects.get().deadline == 3


def test_a_key_that_is_absent_leaves_what_is_stored() -> None:
    configure(WHOLE)

    configure(
        {'connectors': [{'slug': 'toulouse', 'title': 'Autre titre'}], 'api_clients': [{'name': 'portal'}]}
    )

    connector, client = Connector.objects.get(), ApiClient.objects.get()
    assert (connector.title, connector.password, connector.regies.count()) == ('Autre titre', 'p@ss', 1)
    assert (client.keys, client.connectors.count()) == (['one', 'two'], 1)


def test_what_the_document_does_not_name_stays() -> None:
    configure(WHOLE)

    configure({'connectors': [], 'api_clients': [], 'links': []})

    assert (Connector.objects.count(), ApiClient.objects.count(), FamilyLink.objects.count()) == (1, 1, 1)


def test_the_reach_of_a_client_is_what_the_document_says() -> None:
    configure(WHOLE)

    done = actions({'api_clients': [{'name': 'portal', 'regies': []}]})

    assert done == {'client d’API portal': Action.UPDATED}
    assert not ApiClient.objects.get().regies.exists()


def test_a_password_that_cannot_be_deciphered_is_replaced(settings: Any) -> None:
    configure(WHOLE)
    settings.SECRET_KEY = 'une autre clé'

    configure(changed(password='nouveau'))

    assert Connector.objects.get().password == 'nouveau'


class TestWhatIsWrongIsNamed:
    def test_an_unknown_key(self) -> None:
        assert problems({'connectors': [{'slug': 'a', 'wsdl': 'x'}]})[0].startswith(
            'connectors[0].wsdl : clé inconnue'
        )

    def test_a_missing_key_once(self) -> None:
        assert problems({'links': [{}]}) == [
            'links[0].connector : obligatoire.',
            'links[0].name_id : obligatoire.',
            'links[0].family_id : obligatoire.',
        ]

    @pytest.mark.parametrize(
        ('document', 'place'),
        [
            ([], 'document : il faut un objet'),
            ({'connectors': {}}, 'connectors : il faut une liste'),
            (changed(deadline='2'), 'connectors[0].deadline : il faut un nombre'),
            (changed(deadline=0), 'connectors[0].deadline : trop petit'),
            (changed(wsdl_url='maelis.example'), 'connectors[0].wsdl_url : forme inattendue'),
            (changed(slug='a b'), 'connectors[0].slug : forme inattendue'),
            (changed(regies=[{'code': 7}]), 'connectors[0].regies[0].code : il faut un texte'),
            (
                changed(regies=[{'code': '7', 'minimum_amount': '5.00', 'maximum_amount': '4.00'}]),
                'connectors[0].regies[0] : Le montant minimum dépasse',
            ),
            ({'connectors': [{'slug': 'new'}]}, 'connectors[0].wsdl_url : '),
            (
                {'api_clients': [{'name': 'a', 'keys': ['1', '2', '3']}]},
                'api_clients[0].keys : trop d’éléments',
            ),
            (
                {'api_clients': [{'name': 'a', 'connectors': ['x']}]},
                'api_clients[0].connectors[0] : le connecteur « x »',
            ),
            (
                {'api_clients': [{'name': 'a', 'regies': ['x/7']}]},
                'api_clients[0].regies[0] : la régie « x/7 »',
            ),
            (
                {'links': [{'connector': 'x', 'name_id': 'n', 'family_id': '1'}]},
                'links[0].connector : le connecteur',
            ),
        ],
    )
    def test_the_place_comes_first(self, document: Any, place: str) -> None:
        assert problems(document)[0].startswith(place)

    def test_two_clients_with_the_same_orig(self) -> None:
        document = {'api_clients': [{'name': 'a', 'orig': 'x.org'}, {'name': 'b', 'orig': 'x.org'}]}

        assert problems(document)[0].startswith('api_clients[1].orig : ')

    def test_nothing_is_stored_when_the_end_is_wrong(self) -> None:
        document = {**WHOLE, 'links': [{'connector': 'x', 'name_id': 'n', 'family_id': '1'}]}

        assert problems(document)
        assert not Connector.objects.exists()
        assert not ApiClient.objects.exists()

    def test_a_secret_is_never_repeated(self) -> None:
        document = changed(password=['s3cret'])

        assert 's3cret' not in ' '.join(problems(document))


class TestRegiesOfMaelis:
    def test_they_are_imported_when_there_are_none(self, simulator: Simulator) -> None:
        configure({'connectors': [{'slug': 'toulouse', 'wsdl_url': simulator.wsdl_url}]})

        assert Regie.objects.count() == 9

    def test_they_are_left_alone_when_there_are_some(self, simulator: Simulator) -> None:
        configure(changed(wsdl_url=simulator.wsdl_url, username='', password=''))

        assert Regie.objects.get().label == 'Cantine'

    def test_they_are_read_again_on_demand(self, simulator: Simulator) -> None:
        document = changed(wsdl_url=simulator.wsdl_url, username='', password='')

        configure(document, reimport_regies=True)

        assert Regie.objects.count() == 9
        assert not Regie.objects.get(code='007').online_payment

    def test_a_maelis_that_is_down_is_a_warning_that_says_what_to_do(self, tmp_path: Path) -> None:
        file = tmp_path / 'maelis.json'
        file.write_text(json.dumps({'connectors': [{'slug': 'toulouse', 'wsdl_url': NOBODY}]}))
        out, err = StringIO(), StringIO()

        call_command('maelis_configure', str(file), stdout=out, stderr=err)

        assert out.getvalue() == 'connecteur toulouse : créé\n'
        assert (
            'Les régies de toulouse n’ont pas pu être importées. Le serveur refuse la connexion'
            in err.getvalue()
        )
        assert Connector.objects.exists()


def test_maelis_configure_and_nothing_else_makes_the_connector_answer(
    simulator: Simulator, tmp_path: Path
) -> None:
    family = next(str(n) for n in range(1001, 1100) if simulator.invoices(str(n), '007'))
    document = {
        'connectors': [
            {'slug': 'toulouse', 'title': 'Maelis', 'wsdl_url': simulator.wsdl_url, 'service_url': None}
        ],
        'api_clients': [{'name': 'script', 'api_key': 'k-1', 'connectors': ['toulouse']}],
        'links': [{'connector': 'toulouse', 'name_id': NAME_ID, 'family_id': family}],
    }
    file = tmp_path / 'maelis.json'
    file.write_text(json.dumps(document))

    call_command('maelis_configure', str(file), stdout=StringIO())

    base = '/passerelle-maelis-invoices/toulouse'
    caller, query = Client(), {'apikey': 'k-1', 'NameID': NAME_ID}
    regies = caller.get(f'{base}/regies/', query).json()['data']
    lists = [
        caller.get(f'{base}/regie/007/{tail}/', query).json() for tail in ('invoices', 'invoices/history')
    ]
    shown = {invoice['display_id'] for answer in lists for invoice in answer['data']}
    assert len(regies) == 9
    assert shown == {invoice['number'] for invoice in simulator.invoices(family, '007')}


class TestTheCommand:
    def test_a_file_that_is_no_json_is_told_with_its_line(self, tmp_path: Path) -> None:
        file = tmp_path / 'maelis.json'
        file.write_text('{\n  "connectors": [,]\n}')

        with pytest.raises(CommandError, match='n’est pas du JSON : ligne 2, colonne 18'):
            call_command('maelis_configure', str(file))

    def test_a_file_that_does_not_exist_is_named(self) -> None:
        with pytest.raises(CommandError, match=r'absent\.json ne peut pas être lu'):
            call_command('maelis_configure', 'absent.json')

    def test_every_problem_is_listed(self, tmp_path: Path) -> None:
        file = tmp_path / 'maelis.json'
        file.write_text('{"connectors": [{"x": 1}]}')

        with pytest.raises(
            CommandError, match=r'(?s)Rien n’a été enregistré.*\[0\]\.x .*\[0\]\.slug : obligatoire'
        ):
            call_command('maelis_configure', str(file))

    def test_standard_input_is_read_for_a_dash(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr('sys.stdin', StringIO(json.dumps(WHOLE)))

        call_command('maelis_configure', '-', stdout=StringIO())

        assert Connector.objects.get().slug == 'toulouse'


class TestTheDump:
    def test_it_is_the_document_that_made_it_but_for_hashed_secrets(self) -> None:
        configure(WHOLE)
        expected = deepcopy(WHOLE)
        del expected['api_clients'][0]['api_key'], expected['api_clients'][0]['password']

        assert dump_configuration(with_secrets=True) == expected

    def test_it_has_no_secret_unless_asked(self) -> None:
        configure(WHOLE)
        text = json.dumps(dump_configuration())

        assert not [
            secret for secret in ('p@ss', '"one"', '"two"', 'k-1', '"pass"', 'keys') if secret in text
        ]

    @pytest.mark.parametrize('with_secrets', [True, False])
    def test_applied_to_its_own_site_it_changes_nothing(self, with_secrets: bool) -> None:
        configure(WHOLE)

        dumped = dump_configuration(with_secrets=with_secrets)

        assert set(actions(dumped).values()) == {Action.UNCHANGED}
        assert Connector.objects.get().password == 'p@ss'
        assert ApiClient.objects.get().keys == ['one', 'two']

    def test_applied_to_an_empty_site_it_makes_the_same_site(self) -> None:
        configure(WHOLE)
        dumped = dump_configuration(with_secrets=True)
        for model in (FamilyLink, ApiClient, Regie, Connector):
            model.objects.all().delete()

        configure(dumped)

        assert dump_configuration(with_secrets=True) == dumped

    def test_the_command_writes_json_and_says_what_it_cannot_write(self) -> None:
        configure(WHOLE)
        out, err = StringIO(), StringIO()

        call_command('maelis_dump', '--with-secrets', stdout=out, stderr=err)

        assert json.loads(out.getvalue()) == dump_configuration(with_secrets=True)
        assert 'seule leur empreinte est conservée' in err.getvalue()

    def test_a_secret_that_cannot_be_deciphered_is_told(self, settings: Any) -> None:
        configure(WHOLE)
        settings.SECRET_KEY = 'une autre clé'

        with pytest.raises(CommandError, match='ne peut plus être lu'):
            call_command('maelis_dump', '--with-secrets')
        call_command('maelis_dump', stdout=StringIO())
