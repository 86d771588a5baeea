"""The network of the sentence labels: what it computes, by itself and beside the one that is trained."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from uitvoerbaarheid.nlp.labels import LABELS, Context, inputs_of
from uitvoerbaarheid.nlp.network import Network, UnitInputs

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
TEXTS = ["We leggen in 2027 een pad aan.", "Het regent.", "Een", "De gemeente wil geen afval meer."]


def inputs(*chosen: int) -> UnitInputs:
    """The units of some texts, by default of all."""
    contexts = [None, Context("Weer", "Eerst dit.", "Dan dat."), None, Context("Afval")]
    which = chosen or range(len(TEXTS))
    return inputs_of([TEXTS[i] for i in which], [contexts[i] for i in which], {"een": 1})


def weights(seed: int = 0, width: int = 8, hidden: int = 4) -> dict[str, np.ndarray]:
    """Random weights of a small network."""
    units = inputs()
    token, around = units.forms.shape[1], units.context.shape[1]
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
    network = Network(weights())
    together = network.logits(inputs())
    assert together.shape == (len(TEXTS), len(LABELS))
    for position, expected in enumerate(together):
        assert network.logits(inputs(position))[0] == pytest.approx(expected, abs=1e-5)


def test_a_word_sees_the_words_beside_it() -> None:
    """The same words in another order give another answer: they are not just a bag."""
    texts = ["geen pad maar groen", "geen groen maar pad"]
    one, other = Network(weights()).logits(inputs_of(texts, [None, None], {}))
    assert not np.allclose(one, other, atol=1e-4)


def test_inputs_are_left_as_they_are() -> None:
    units = inputs()
    before = units.forms.copy()
    Network(weights()).logits(units)
    assert (units.forms == before).all()


def test_the_trained_network_and_this_one_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is alleen nodig om te trainen")
    monkeypatch.setattr(sys, "path", [str(SCRIPTS), *sys.path])
    from sentence_network import TrainableNetwork, padded

    torch.manual_seed(1)
    units = inputs()
    network = TrainableNetwork(1, units.forms.shape[1], len(LABELS))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    network.eval()
    with torch.no_grad():
        network.learned.weight[0] = 0
        expected = network(*padded(units, range(len(TEXTS)))).numpy()
    assert network.exported().logits(units) == pytest.approx(expected, abs=1e-4)
