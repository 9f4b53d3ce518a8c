"""The answer of payInvoices: the word that says how it went."""

from .contract import Operation
from .envelope import Content, is_leaf, local_name, text_of
from .outcomes import NEGATIVE_RESULTS, Cause, Failure

#: Usual names of the element that holds the word, where the WSDL announces several.
RESULT_NAMES = ('result', 'resultat', 'return', 'statut', 'status')


def result_word(content: Content, operation: Operation) -> str:
    """The word of a success; '' where the WSDL announces an answer without content.

    Raises Failure when the word is missing, or is one that is known to be no success.
    """
    if not operation.announced:
        return ''
    words = {local_name(one): text_of(one) for one in content.element.iter('*') if is_leaf(one)}
    expected = [name for name in (*RESULT_NAMES, *operation.announced) if name in operation.announced]
    word = next((words[name] for name in expected if words.get(name)), '')
    if not word:
        name = expected[0]
        raise Failure(Cause.UNREADABLE, f'{name} is missing', element=name)
    if word.lower() in NEGATIVE_RESULTS:
        raise Failure(NEGATIVE_RESULTS[word.lower()], word)
    return word
