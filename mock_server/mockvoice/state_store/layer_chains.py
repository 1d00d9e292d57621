"""Which layers of a sandbox are needed, and which are merged so that chains of layers stay short."""

from collections.abc import Iterator

from mockvoice.state_store.layers import Layer


def remove_unneeded(layers: set[Layer], used: set[int]) -> set[Layer]:
    """Remove and return the layers that are not used, and that no used layer is based on.

    ``used`` are the ids of the layers of states, saved or present.
    """
    needed: set[Layer] = set()
    for each in layers:
        layer: Layer | None = each if each.id in used else None
        while layer is not None and layer not in needed:
            needed.add(layer)
            layer = layer.parent
    unneeded = layers - needed
    layers -= unneeded
    return unneeded


def merge_chains(layers: set[Layer], used: set[int]) -> Iterator[tuple[Layer, Layer]]:
    """Merge the layers that are not used into their only child; yield both.

    The child takes the place of the layer, which is removed.
    """
    children: dict[Layer, list[Layer]] = {}
    for layer in layers:
        if layer.parent is not None:
            children.setdefault(layer.parent, []).append(layer)
    for layer in [each for each in layers if each.id not in used]:
        if len(children.get(layer, ())) != 1:
            continue
        [child] = children[layer]
        child.parent, child.origin = layer.parent, layer.origin
        layers.discard(layer)
        if layer.parent is not None:
            siblings = children[layer.parent]
            siblings[siblings.index(layer)] = child
        yield layer, child
