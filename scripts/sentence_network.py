"""The network of the sentence labels in a form that PyTorch can train (``pip install -e '.[train]'``).

Only training needs it: the trained network is exported to the numpy one of the package.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from uitvoerbaarheid.nlp.labels import vector_width
from uitvoerbaarheid.nlp.network import EPSILON, WINDOW, Network, UnitInputs

WIDTH, DEPTH, HIDDEN, CONTEXT_WIDTH = 128, 2, 64, 48
EPOCHS, BATCH, RATE, DROPOUT = 6, 64, 2e-3, 0.3
#: Pull towards zero of all weights, and of the learned differences of words.
DECAY, WORD_DECAY = 0.01, 0.1
#: The learning rate rises over this share of the steps, then falls as a cosine.
WARM_UP = 0.15
#: A label is never taken for quite certain: readers differ.
DOUBT = 0.02
#: A unit is seen without its context this often, so that a loose line is judged as well.
ALONE = 0.35


class TrainableNetwork(nn.Module):
    """The network of :mod:`uitvoerbaarheid.nlp.network` in a form that PyTorch can train."""

    def __init__(self, words: int, token: int, labels: int) -> None:
        super().__init__()
        vector, joined = vector_width(), 2 * WIDTH + CONTEXT_WIDTH
        self.learned = nn.Embedding(words + 1, vector, padding_idx=0)
        nn.init.zeros_(self.learned.weight)
        self.input = nn.Linear(token, WIDTH)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(WIDTH, WIDTH, 2 * WINDOW + 1, padding=WINDOW) for _ in range(DEPTH)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH, eps=EPSILON) for _ in range(DEPTH))
        self.attention = nn.Linear(WIDTH, labels)
        self.context = nn.Linear(3 * vector, CONTEXT_WIDTH)
        self.hidden = nn.ModuleList(nn.Linear(joined, HIDDEN) for _ in range(labels))
        self.output = nn.ModuleList(nn.Linear(HIDDEN, 1) for _ in range(labels))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(
        self, words: torch.Tensor, tokens: torch.Tensor, inside: torch.Tensor, context: torch.Tensor
    ) -> torch.Tensor:
        """Logits (unit × label) of padded units; ``inside`` (unit × word) tells words from padding."""
        learned = self.learned(words)
        width = learned.shape[-1]
        vectors = self.dropout(tokens[..., :width] + learned)
        mask = inside[..., None]
        x = functional.relu(self.input(torch.cat([vectors, tokens[..., width:]], -1))) * mask
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            seen = functional.relu(convolution(self.dropout(x).transpose(1, 2)).transpose(1, 2))
            x = norm(x + seen) * mask
        shares = self.attention(x).masked_fill(~mask, -1e4).softmax(1)
        strongest = self.dropout(x.masked_fill(~mask, -1e4).max(1)[0])
        around = functional.relu(self.context(self.dropout(context)))
        columns = []
        for label, (hidden, output) in enumerate(zip(self.hidden, self.output, strict=True)):
            attended = self.dropout((shares[..., label : label + 1] * x).sum(1))
            joined = torch.cat([attended, strongest, around], -1)
            columns.append(output(self.dropout(functional.relu(hidden(joined)))))
        return torch.cat(columns, -1)

    def exported(self) -> Network:
        """The same network for use without PyTorch."""
        weights: dict[str, torch.Tensor] = {"learned": self.learned.weight}
        for name in ("input", "attention", "context"):
            layer = getattr(self, name)
            weights |= {f"{name}.weight": layer.weight.T, f"{name}.bias": layer.bias}
        for n, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            kernel = convolution.weight.permute(2, 1, 0).reshape(-1, WIDTH)
            weights |= {f"conv.{n}.weight": kernel, f"conv.{n}.bias": convolution.bias}
            weights |= {f"norm.{n}.weight": norm.weight, f"norm.{n}.bias": norm.bias}
        weights["hidden.weight"] = torch.stack([layer.weight.T for layer in self.hidden])
        weights["hidden.bias"] = torch.stack([layer.bias for layer in self.hidden])
        weights["output.weight"] = torch.stack([layer.weight[0] for layer in self.output])
        weights["output.bias"] = torch.cat([layer.bias for layer in self.output])
        return Network({name: value.detach().numpy() for name, value in weights.items()})


def train(inputs: UnitInputs, labels: np.ndarray, words: int, seed: int = 0) -> Network:
    """Train on units and their 0/1 labels (unit × label, NaN where not known).

    ``words`` is the number of words with a learned difference.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    known = torch.tensor(~np.isnan(labels), dtype=torch.float32)
    wanted = torch.tensor(np.nan_to_num(labels), dtype=torch.float32) * (1 - 2 * DOUBT) + DOUBT
    network = TrainableNetwork(words, inputs.forms.shape[1], labels.shape[1])
    others = [value for name, value in network.named_parameters() if name != "learned.weight"]
    optimizer = torch.optim.AdamW(
        [
            {"params": others, "weight_decay": DECAY},
            {"params": [network.learned.weight], "weight_decay": WORD_DECAY},
        ],
        lr=RATE,
    )
    size = len(inputs.lengths)
    steps = EPOCHS * (size // BATCH)
    pace = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step / steps))
    network.train()
    for _ in range(EPOCHS):
        # Sentences of about the same length together, in another order each time.
        order = np.argsort(inputs.lengths + random.random(size) * 8)
        batches = [order[i : i + BATCH] for i in range(0, size - BATCH + 1, BATCH)]
        random.shuffle(batches)
        for batch in batches:
            words, tokens, inside, context = padded(inputs, batch)
            alone = torch.from_numpy(random.random(BATCH) < ALONE)
            logits = network(words, tokens, inside, context * ~alone[:, None])
            loss = functional.binary_cross_entropy_with_logits(
                logits, wanted[batch], weight=known[batch], reduction="sum"
            ) / (BATCH * labels.shape[1])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimizer.step()
            pace.step()
    network.eval()
    return network.exported()


def padded(units: UnitInputs, chosen: Sequence[int] | np.ndarray) -> tuple[torch.Tensor, ...]:
    """The chosen units as the trainable network takes them: words, tokens, which are there, and contexts."""
    lengths = units.lengths[chosen]
    firsts = (np.cumsum(units.lengths) - units.lengths)[chosen]
    words = np.zeros((len(chosen), lengths.max()), dtype=np.int64)
    tokens = np.zeros((*words.shape, units.forms.shape[1]), dtype=np.float32)
    inside = np.arange(words.shape[1]) < lengths[:, None]
    forms = np.concatenate([units.words[a : a + n] for a, n in zip(firsts, lengths, strict=True)])
    words[inside] = units.learned[forms]
    tokens[inside] = units.forms[forms]
    return tuple(torch.from_numpy(array) for array in (words, tokens, inside, units.context[chosen]))


def _pace(share: float) -> float:
    """What part of the learning rate holds when this share of the steps is done."""
    if share < WARM_UP:
        return max(0.04, share / WARM_UP)
    return float(0.5 * (1 + np.cos(np.pi * (share - WARM_UP) / (1 - WARM_UP))))
