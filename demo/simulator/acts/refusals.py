"""Faults in SOAP's own sense: those that say no, and those that do not say what happened."""

from demo.simulator.acts.call import Call
from demo.simulator.envelope import fault, fault12, to_bytes

SOAP12 = 'application/soap+xml; charset=utf-8'


def business_fault(call: Call) -> None:
    call.work()
    call.send(fault('soap:Client', call['text'], call['code'], namespace=call.service.style.namespace), 500)


def unknown_fault(call: Call) -> None:
    call.work()
    call.send(fault('soap:Server', call['text'], call['code'], namespace=call.service.style.namespace), 500)


def commit_then_fault(call: Call) -> None:
    call.work()
    text = 'Erreur interne : la transaction a peut-être été enregistrée'
    call.send(fault('soap:Server', text, call['code'], namespace=call.service.style.namespace), 500)


def soap12_fault(call: Call) -> None:
    call.work()
    call.wire.send(500, to_bytes(fault12('soap:Receiver', 'Traitement impossible', call['code'])), SOAP12)


def fault_without_text(call: Call) -> None:
    call.work()
    call.send(fault('soap:Server', ''), 500)


def refuse_duplicate(call: Call) -> None:
    answer = call.answer(refuse_duplicates=True)
    call.send(answer.root, answer.status)


ACTS = {
    'business_fault': business_fault,
    'unknown_fault': unknown_fault,
    'commit_then_fault': commit_then_fault,
    'soap12_fault': soap12_fault,
    'fault_without_text': fault_without_text,
    'refuse_duplicate': refuse_duplicate,
}
