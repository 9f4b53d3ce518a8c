"""A tree of names and texts, before anybody decides on namespaces."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

NIL = '{http://www.w3.org/2001/XMLSchema-instance}nil'


@dataclass(frozen=True)
class Node:
    """`content` is a text, children, or nothing at all (`xsi:nil`)."""

    name: str
    content: str | tuple[Node, ...] | None


def grow(parent: etree._Element, node: Node, namespace: str) -> None:
    """Adds the node to the parent; an empty namespace makes unqualified elements."""
    element = etree.SubElement(parent, f'{{{namespace}}}{node.name}' if namespace else node.name)
    if node.content is None:
        element.set(NIL, 'true')
    elif isinstance(node.content, str):
        element.text = node.content
    else:
        for child in node.content:
            grow(element, child, namespace)
