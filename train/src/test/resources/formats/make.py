"""Writes the files beside it: tensors and weights as NumPy, PyTorch, safetensors and Keras store them.

The tests read these files, so that Hebb's readers are tested against the formats' own libraries. To
write them anew: pip install numpy torch safetensors keras h5py; python make.py
(written with NumPy 2.4, PyTorch 2.13, safetensors 0.8, Keras 3.15).
"""

import collections
import io
import json
import os
import zipfile

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(HERE, name)


def text(value):
    """A number that Java reads exactly."""
    if isinstance(value, float):
        return value.hex() if np.isfinite(value) else str(value).replace("inf", "Infinity").replace("nan", "NaN")
    return str(value).lower()


def described(array):
    return {"shape": list(array.shape), "values": [text(v) for v in array.reshape(-1).tolist()]}


# ---- NumPy


def samples(kind):
    if kind == "?":
        return np.array([[True, False, True], [False, False, True]])
    if kind[0] == "f":
        info = np.finfo(kind)
        return np.array([[-0.0, 1.5, info.max], [info.smallest_subnormal, np.inf, -1 / 3]], kind)
    info = np.iinfo(kind)
    top = min(info.max, 2**63 - 1)
    return np.array([[info.min, top, 3], [0, 1, top // 3]], kind)


def numpy_files():
    expected = {}
    with zipfile.ZipFile(path("numpy.npz"), "w", zipfile.ZIP_DEFLATED) as out:

        def add(name, array, version=None):
            data = io.BytesIO()
            np.lib.format.write_array(data, array, version=version)
            out.writestr(zipfile.ZipInfo(name + ".npy"), data.getvalue(), zipfile.ZIP_DEFLATED)
            expected[name] = described(array)

        for kind in ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]:
            values = samples(kind)
            for order in "<>":
                add(f"{kind.replace('?', 'b1')}-{'le' if order == '<' else 'be'}-c",
                    values.astype(values.dtype.newbyteorder(order)))
                add(f"{kind.replace('?', 'b1')}-{'le' if order == '<' else 'be'}-fortran",
                    np.asfortranarray(values.astype(values.dtype.newbyteorder(order))))
        cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
        for version in [(1, 0), (2, 0), (3, 0)]:
            add(f"version-{version[0]}", cube, version)
        add("cube-fortran", np.asfortranarray(cube))
        add("scalar", np.array(2.5))
        add("empty", np.zeros((0, 3), "<f4"))
        add("empty-fortran", np.asfortranarray(np.zeros((3, 0, 2), "<i8")))
        add("one", np.array([7], "<i4"))
    with open(path("numpy.json"), "w") as out:
        json.dump(expected, out, indent=0)
    np.savez(path("stored.npz"), weights=cube, bias=np.arange(3, dtype="<i8"))
    np.save(path("complex.npy"), np.array([1 + 2j]))
    np.save(path("object.npy"), np.array([{"a": 1}, None], object), allow_pickle=True)
    np.save(path("structured.npy"), np.array([(1, 2.0)], [("a", "<i4"), ("b", "<f8")]))


# ---- safetensors


def torch_samples():
    tensors = {
        "F64": torch.tensor([[1 / 3, -0.0], [5e-324, float("inf")]], dtype=torch.float64),
        "F32": torch.tensor([[0.1, -2.5], [1e-45, 3e38]], dtype=torch.float32),
        "F16": torch.tensor([0.1, 65504.0, 6e-8, -1.0], dtype=torch.float16),
        "BF16": torch.tensor([0.1, 3e38, -1.0], dtype=torch.bfloat16),
        "F8_E4M3": torch.tensor([0.1, 448.0, 0.001953125, -1.0, 17.0]).to(torch.float8_e4m3fn),
        "F8_E5M2": torch.tensor([0.1, 57344.0, 1.52587890625e-05, -1.0, 17.0]).to(torch.float8_e5m2),
        "I64": torch.tensor([-(2**63), 2**63 - 1]),
        "I32": torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
        "I16": torch.tensor([-(2**15), 2**15 - 1], dtype=torch.int16),
        "I8": torch.tensor([-128, 127], dtype=torch.int8),
        "U64": torch.tensor([0, 2**63 - 1], dtype=torch.uint64),
        "U32": torch.tensor([0, 2**32 - 1], dtype=torch.uint32),
        "U16": torch.tensor([0, 65535], dtype=torch.uint16),
        "U8": torch.tensor([0, 255], dtype=torch.uint8),
        "BOOL": torch.tensor([True, False, True]),
        "scalar": torch.tensor(1.5),
        "empty": torch.zeros(0, 3),
    }
    return tensors


def expected_of(tensors):
    def wide(t):
        return t.to(torch.float64) if t.dtype.is_floating_point else t
    return {name: described(wide(t).contiguous().numpy()) for name, t in tensors.items()}


def safetensors_file():
    tensors = torch_samples()
    save_file(tensors, path("types.safetensors"), metadata={"format": "pt", "author": "Müller"})
    with open(path("types.json"), "w") as out:
        json.dump(expected_of(tensors), out, indent=0)


# ---- PyTorch


class Recurrent(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(7, 5)
        self.lstm = torch.nn.LSTM(5, 4, bidirectional=True, num_layers=2, batch_first=True)
        self.gru = torch.nn.GRU(8, 3, batch_first=True)
        self.norm = torch.nn.LayerNorm(3)
        self.attend = torch.nn.MultiheadAttention(3, 1, batch_first=True)
        self.out = torch.nn.Linear(3, 2)

    def forward(self, x):
        y = self.norm(self.gru(self.lstm(self.table(x))[0])[0])
        return self.out(self.attend(y, y, y)[0])


def randomised(net):
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.randn_like(p) * 0.4)
        for name, b in net.named_buffers():
            if b.dtype.is_floating_point:
                b.copy_(torch.rand_like(b) + 0.5)
    return net.eval()


def saved(net, name, x):
    randomised(net)
    torch.save(net.state_dict(), path(name + ".pt"))
    with torch.no_grad():
        save_file({"x": x, "y": net(x).contiguous()}, path(name + "-answers.safetensors"))


def pytorch_files():
    torch.manual_seed(1)
    nn = torch.nn
    cnn = nn.Sequential(
        nn.Conv2d(2, 4, 3, stride=2), nn.BatchNorm2d(4), nn.ReLU(),
        nn.ConvTranspose2d(4, 3, 2), nn.GroupNorm(3, 3), nn.PReLU(), nn.Flatten(),
        nn.Linear(3 * 4 * 5, 6), nn.Tanh(), nn.Linear(6, 3, bias=False))
    saved(cnn, "cnn", torch.randn(2, 2, 7, 9))
    saved(Recurrent(), "recurrent", torch.randint(0, 7, (3, 6)))

    big = torch.arange(24, dtype=torch.float32)
    mixed = collections.OrderedDict(
        model=collections.OrderedDict(
            [("transposed", big.reshape(4, 6).t()),
             ("part", big[5:9]),
             ("stepped", big[1::5]),
             ("expanded", torch.tensor([[1.0], [2.0]]).expand(2, 3)),
             ("parameter", nn.Parameter(torch.tensor([3.0, 4.0])))]),
        types=torch_samples(),
        listed=[torch.tensor([1, 2]), (torch.tensor(3),)],
        epoch=3, rate=0.1, name="run", best=None, done=True, size=torch.Size([2, 3]), large=2**70)
    torch.save(mixed, path("mixed.pt"))
    torch.save({"a": big[2:5], "b": big, "n": 7}, path("legacy.pt"), _use_new_zipfile_serialization=False)
    torch.save(randomised(nn.Linear(2, 1)), path("module.pt"))
    swapped("mixed.pt", "bigendian.pt")

    class Evil:
        def __reduce__(self):
            return (os.system, ("echo executed",))

    torch.save({"a": Evil()}, path("evil.pt"))


def swapped(source, target):
    """The same as a machine with the other byte order would write it: for float32 storages only."""
    t = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    data = io.BytesIO()
    torch.save({"t": t}, data)
    with zipfile.ZipFile(data) as inside, zipfile.ZipFile(path(target), "w") as out:
        for info in inside.infolist():
            content = inside.read(info)
            if info.filename.endswith("byteorder"):
                content = b"big"
            elif "/data/" in info.filename:
                content = np.frombuffer(content, "<f4").astype(">f4").tobytes()
            out.writestr(zipfile.ZipInfo(info.filename), content)


# ---- Keras


def keras_files():
    keras.utils.set_random_seed(2)
    layers = keras.layers
    cnn = keras.Sequential([
        layers.Input((7, 9, 2)), layers.Conv2D(4, 3, strides=2), layers.BatchNormalization(),
        layers.ReLU(), layers.Conv2D(3, 2), layers.Flatten(), layers.Dropout(0.5),
        layers.Dense(6, activation="tanh"), layers.Dense(3)])
    text_net = keras.Sequential([
        layers.Input((6,), dtype="int32"), layers.Embedding(7, 5),
        layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
        layers.GRU(3, return_sequences=True), layers.LayerNormalization(epsilon=1e-5),
        layers.SimpleRNN(4), layers.Dense(2)])
    random = np.random.default_rng(3)
    inputs = {
        "keras-cnn": (cnn, random.normal(size=(2, 7, 9, 2)).astype("f4")),
        "keras-recurrent": (text_net, random.integers(0, 7, (3, 6)).astype("i4")),
    }
    for name, (net, x) in inputs.items():
        for w in net.weights:
            w.assign(random.uniform(0.2, 1.0, w.shape) if "var" in w.name else random.normal(size=w.shape) * 0.4)
        y = np.asarray(net(x, training=False).detach())
        net.save(path(name + ".keras"))
        net.save_weights(path(name + ".weights.h5"))
        save_file({"x": torch.from_numpy(x), "y": torch.from_numpy(y.copy())}, path(name + "-answers.safetensors"))


numpy_files()
safetensors_file()
pytorch_files()
keras_files()
