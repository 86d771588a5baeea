"""The network of the sentence labels: what it computes, by itself and beside the one that is trained."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from uitvoerbaarheid.nlp.labels import LABELS, Context, input_of
from uitvoerbaarheid.nlp.network import Network, UnitInput

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
TEXTS = ["We leggen in 2027 een pad aan.", "Het regent.", "Een", "De gemeente wil geen afval meer."]


def inputs() -> list[UnitInput]:
    contexts = [None, Context("Weer", "Eerst dit.", "Dan dat."), None, Context("Afval")]
    return [input_of(text, context, {"een": 1}) for text, context in zip(TEXTS, contexts, strict=True)]


def weights(seed: int = 0, width: int = 8, hidden: int = 4) -> dict[str, np.ndarray]:
    """Random weights of a small network."""
    unit = inputs()[0]
    token, around = unit.tokens.shape[1], len(unit.context)
    shapes: dict[str, tuple[int, ...]] = {
        "learned": (2, token - 6),
        "input.weight": (token, width),
        "input.bias": (width,),
        "conv.0.weight": (3 * width, width),
        "conv.0.bias": (width,),
        "norm.0.weight": (width,),
        "norm.0.bias": (width,),
        "attention.weight": (width, len(LABELS)),
        "attention.bias": (len(LABELS),),
        "context.weight": (around, hidden),
        "context.bias": (hidden,),
        "hidden.weight": (len(LABELS), 2 * width + hidden, hidden),
        "hidden.bias": (len(LABELS), hidden),
        "output.weight": (len(LABELS), hidden),
        "output.bias": (len(LABELS),),
    }
    random = np.random.default_rng(seed)
    return {name: random.normal(scale=0.3, size=shape) for name, shape in shapes.items()}


def test_a_unit_does_not_see_its_neighbours_in_the_batch() -> None:
    network, units = Network(weights()), inputs()
    together = network.logits(units)
    assert together.shape == (len(TEXTS), len(LABELS))
    for unit, expected in zip(units, together, strict=True):
        assert network.logits([unit])[0] == pytest.approx(expected, abs=1e-5)


def test_a_word_sees_the_words_beside_it() -> None:
    """The same words in another order give another answer: they are not just a bag."""
    network = Network(weights())
    one, other = (input_of(text, None, {}) for text in ("geen pad maar groen", "geen groen maar pad"))
    assert not np.allclose(network.logits([one]), network.logits([other]), atol=1e-4)


def test_inputs_are_left_as_they_are() -> None:
    units = inputs()
    before = [unit.tokens.copy() for unit in units]
    Network(weights()).logits(units)
    assert all((unit.tokens == tokens).all() for unit, tokens in zip(units, before, strict=True))


def test_the_trained_network_and_this_one_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is alleen nodig om te trainen")
    monkeypatch.setattr(sys, "path", [str(SCRIPTS), *sys.path])
    from sentence_network import TrainableNetwork, padded

    torch.manual_seed(1)
    units = inputs()
    network = TrainableNetwork(1, units[0].tokens.shape[1], len(LABELS))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    network.eval()
    with torch.no_grad():
        network.learned.weight[0] = 0
        expected = network(*padded(units)).numpy()
    assert network.exported().logits(units) == pytest.approx(expected, abs=1e-4)
