#!/usr/bin/env python3
"""Writes the reference vectors beside this script, or to the folder given as its argument.

PyTorch, scikit-learn and SciPy compute in double precision from inputs that float32 holds exactly. Floating-point
results are stored as float32, labels as int64. Every case draws from a generator seeded by its own name, so a new
case leaves the others as they are.
"""

import json
import math
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from sklearn import cluster, decomposition, metrics, mixture
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)


class Vectors:
    """The arrays and notes of one file. Names are <case>/<name>."""

    def __init__(self):
        self.arrays, self.notes = {}, {}

    def add(self, case, note=None, **arrays):
        for name, array in arrays.items():
            array = array.detach().numpy() if isinstance(array, torch.Tensor) else np.asarray(array)
            integers = np.issubdtype(array.dtype, np.integer)
            self.arrays[f"{case}/{name}" if case else name] = array.astype("<i8" if integers else "<f4")
        if note is not None:
            self.notes[case] = note

    def add_differentiated(self, case, inputs, y, grad_y=None, note=None, **more):
        """Inputs, output, the upstream gradient (ones where none is given), and the gradient of every input."""
        grad_y = torch.ones_like(y) if grad_y is None else grad_y
        gradients = torch.autograd.grad(y, list(inputs.values()), grad_y)
        for (name, value), gradient in zip(inputs.items(), gradients):
            self.add(case, **{name: value, f"grad_{name}": gradient})
        self.add(case, note, y=y, grad_y=grad_y, **more)

    def write(self, path):
        """safetensors: 8 bytes header length, a JSON header padded to a multiple of 8 bytes, then the data."""
        header, data = {"__metadata__": self.notes}, b""
        for name, array in self.arrays.items():
            end = len(data) + array.nbytes
            kind = "I64" if array.dtype.kind == "i" else "F32"
            header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), end]}
            data += array.tobytes()
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        path.write_bytes(struct.pack("<Q", len(text)) + text + data)


class Draws:
    """Random inputs of one case, rounded to float32 and kept in double."""

    def __init__(self, case):
        self.generator = np.random.default_rng(zlib.crc32(case.encode()))

    def normal(self, *shape, scale=1.0):
        return self._given(self.generator.standard_normal(shape) * scale)

    def uniform(self, *shape, low=0.0, high=1.0):
        return self._given(self.generator.uniform(low, high, shape))

    def _given(self, values):
        return torch.tensor(np.asarray(values).astype(np.float32).astype(np.float64), requires_grad=True)


def layers():
    vectors = Vectors()

    def linear(case, count, inputs, outputs, scale=1.0):
        draw = Draws(case)
        given = {
            "x": draw.normal(count, inputs),
            "w": draw.normal(outputs, inputs, scale=scale),
            "b": draw.normal(outputs),
        }
        y = F.linear(given["x"], given["w"], given["b"])
        vectors.add_differentiated(case, given, y, draw.normal(*y.shape))

    linear("linear", 5, 13, 37)
    # The sums have the length of an MNIST image; the other extents are odd, to end in the middle of a tile.
    linear("linear_large", 33, 784, 65, scale=1 / 28)

    def convolution(kernel, stride, padding, shape, channels, output_padding=None):
        transposed = output_padding is not None
        case = f"conv{'_transpose' if transposed else ''}2d_k{kernel}s{stride}p{padding}"
        note = f"kernel={kernel} stride={stride} padding={padding}"
        if transposed:
            case += f"op{output_padding}"
            note += f" output_padding={output_padding}; x [N,C,H,W], w [C,O,k,k]"
        else:
            note += "; x [N,C,H,W], w [O,C,k,k]"
        draw = Draws(case)
        maps = [shape[1], channels] if transposed else [channels, shape[1]]
        given = {
            "x": draw.normal(*shape),
            "w": draw.normal(*maps, kernel, kernel),
            "b": draw.normal(channels),
        }
        if transposed:
            y = F.conv_transpose2d(*given.values(), stride, padding, output_padding)
        else:
            y = F.conv2d(*given.values(), stride, padding)
        vectors.add_differentiated(case, given, y, draw.normal(*y.shape), note)

    convolution(4, 2, 1, (5, 4, 8, 10), 2)
    convolution(3, 1, 1, (5, 3, 10, 11), 5)
    convolution(3, 2, 0, (5, 4, 9, 6), 3)
    convolution(5, 1, 2, (5, 5, 8, 7), 2)
    convolution(1, 1, 0, (5, 1, 13, 9), 4)
    convolution(4, 2, 1, (5, 1, 8, 7), 3, output_padding=0)
    convolution(3, 2, 1, (5, 3, 8, 8), 5, output_padding=1)
    convolution(5, 1, 2, (5, 4, 7, 8), 3, output_padding=0)
    convolution(3, 1, 0, (5, 2, 8, 5), 5, output_padding=0)

    def batch_norm(case, shape, training):
        draw = Draws(case)
        given = {"x": draw.normal(*shape), "w": draw.normal(shape[1]), "b": draw.normal(shape[1])}
        mean, variance = torch.zeros(shape[1]), torch.ones(shape[1])
        if not training:
            mean = draw.normal(shape[1], scale=0.1).detach()
            variance = draw.uniform(shape[1], low=0.5, high=2).detach()
        y = F.batch_norm(given["x"], mean, variance, given["w"], given["b"], training, momentum=0.1)
        end = "_after" if training else ""
        statistics = {f"running_mean{end}": mean, f"running_var{end}": variance}
        vectors.add_differentiated(case, given, y, draw.normal(*y.shape), **statistics)

    batch_norm("batch_norm1d_train", (9, 4), training=True)
    batch_norm("batch_norm1d_eval", (9, 4), training=False)
    batch_norm("batch_norm2d_train", (6, 4, 6, 7), training=True)
    batch_norm("batch_norm2d_eval", (6, 4, 6, 7), training=False)

    draw = Draws("layer_norm")
    given = {"x": draw.normal(5, 13), "w": draw.normal(13), "b": draw.normal(13)}
    y = F.layer_norm(given["x"], [13], given["w"], given["b"])
    vectors.add_differentiated("layer_norm", given, y, draw.normal(*y.shape))

    functions = {
        "relu": F.relu,
        "leaky_relu_02": lambda x: F.leaky_relu(x, 0.2),
        "elu": F.elu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "softplus": F.softplus,
        "silu": F.silu,
        "gelu": F.gelu,
        "exp": torch.exp,
        "softmax": lambda x: F.softmax(x, -1),
        "log_softmax": lambda x: F.log_softmax(x, -1),
        "logsumexp": lambda x: torch.logsumexp(x, -1),
    }
    for case, function in functions.items():
        draw = Draws(case)
        x = draw.normal(5, 13, scale=3.0)
        y = function(x)
        vectors.add_differentiated(case, {"x": x}, y, draw.normal(*y.shape))
    return vectors


def bce_with_logits(logits, target):
    return F.binary_cross_entropy_with_logits(logits, target, reduction="none")


def log_normal(x, mean, variance):
    """The log density of a normal distribution, elementwise."""
    return -0.5 * (math.log(2 * math.pi) + torch.log(variance) + (x - mean) ** 2 / variance)


def kl_to_standard_normal(mean, variance):
    """KL(N(mean, variance) || N(0, 1)), elementwise."""
    return 0.5 * (mean**2 + variance - torch.log(variance) - 1)


def losses():
    vectors = Vectors()
    target = Draws("target_x01").uniform(5, 13).detach()
    vectors.add("", target_x01=target)

    draw = Draws("bce_with_logits_sum")
    logits = draw.normal(5, 13, scale=3.0)
    with torch.no_grad():
        logits[0, :4] = torch.tensor([80.0, -80.0, 40.0, -40.0])
        logits[4, -4:] = torch.tensor([-80.0, 80.0, -20.0, 20.0])
    y = bce_with_logits(logits, target).sum()
    vectors.add_differentiated(
        "bce_with_logits_sum", {"logits": logits}, y, note="target x01; logits of up to ±80 included"
    )

    y_ = Draws("mse_sum").normal(5, 13)
    vectors.add_differentiated("mse_sum", {"y_": y_}, ((y_ - target) ** 2).sum(), note="target x01")

    draw = Draws("gaussian_nll_sum")
    given = {"mu": draw.normal(5, 13), "sigma": draw.normal(5, 13)}
    y = -log_normal(target, given["mu"], (F.softplus(given["sigma"]) + 1e-6) ** 2).sum()
    note = "the standard deviation is softplus(sigma) + 1e-6; the density has its constant 0.5 log(2 pi)"
    vectors.add_differentiated("gaussian_nll_sum", given, y, note=note)

    draw = Draws("kl_normal_standard_sum")
    given = {"mu": draw.normal(5, 6), "logvar": draw.normal(5, 6)}
    y = kl_to_standard_normal(given["mu"], given["logvar"].exp()).sum()
    vectors.add_differentiated("kl_normal_standard_sum", given, y)

    draw = Draws("kl_normal_normal_sum")
    given = {name: draw.normal(5, 6) for name in ["m1", "lv1", "m2", "lv2"]}
    one, two = (
        torch.distributions.Normal(given[f"m{i}"], (0.5 * given[f"lv{i}"]).exp()) for i in [1, 2]
    )
    y = torch.distributions.kl_divergence(one, two).sum()
    vectors.add_differentiated("kl_normal_normal_sum", given, y, note="KL(N(m1, e^lv1) || N(m2, e^lv2))")

    logits = Draws("kl_categorical_uniform_sum").normal(5, 7)
    y = (F.softmax(logits, -1) * (F.log_softmax(logits, -1) + math.log(7))).sum()
    vectors.add_differentiated("kl_categorical_uniform_sum", {"logits": logits}, y, note="K=7")
    return vectors


def optimizers():
    vectors = Vectors()
    draw = Draws("optimizers")
    start, gradients = draw.normal(53).detach(), draw.normal(6, 53, scale=5.0).detach()
    vectors.add("", p0=start, grads=gradients)

    def trajectory(case, kind, note, **options):
        parameter = torch.nn.Parameter(start.clone())
        optimizer = kind([parameter], **options)
        steps = []
        for gradient in gradients:
            parameter.grad = gradient.clone()
            optimizer.step()
            steps.append(parameter.detach().clone())
        vectors.add(case, note, trajectory=torch.stack(steps))

    optim = torch.optim
    trajectory("adam", optim.Adam, "lr 1e-3", lr=1e-3)
    trajectory(
        "adam_wd",
        optim.Adam,
        "lr 1e-2 betas .8,.95 eps 1e-6 L2 weight_decay .1",
        lr=1e-2,
        betas=(0.8, 0.95),
        eps=1e-6,
        weight_decay=0.1,
    )
    trajectory("adamw", optim.AdamW, "lr 1e-3 decoupled weight_decay .05", lr=1e-3, weight_decay=0.05)
    trajectory("adam_amsgrad", optim.Adam, "lr 1e-3", lr=1e-3, amsgrad=True)
    trajectory("sgd", optim.SGD, "lr .1", lr=0.1)
    trajectory("sgd_momentum_nesterov", optim.SGD, "lr .1 momentum .9", lr=0.1, momentum=0.9, nesterov=True)
    trajectory("rmsprop", optim.RMSprop, "lr 1e-2 alpha .99", lr=1e-2, alpha=0.99)
    trajectory("adamax", optim.Adamax, "lr 2e-3", lr=2e-3)

    def rates(kind, epochs, metrics=None, **options):
        """The rate that holds during each epoch, or after each metric."""
        optimizer = optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
        scheduler = kind(optimizer, **options)
        result = []
        for epoch in range(epochs):
            if metrics is not None:
                scheduler.step(float(metrics[epoch]))
            result.append(optimizer.param_groups[0]["lr"])
            if metrics is None:
                optimizer.step()
                scheduler.step()
        return result

    schedulers = optim.lr_scheduler
    # Two falls, each followed by a plateau that outlasts the patience more than once.
    falls = Draws("reduce_lr_on_plateau").uniform(19, low=0.2, high=3).detach().cumsum(0)
    metrics = torch.cat([40 - falls[:11], (40 - falls[10]).repeat(11), 40 - falls[11:], (41 - falls[-1]).repeat(10)])
    metrics = metrics.float().double()
    vectors.add(
        "reduce_lr_on_plateau",
        "lr 1 factor .1 patience 3 threshold 1e-4 rel min",
        metrics=metrics,
        lr=rates(schedulers.ReduceLROnPlateau, 40, metrics, factor=0.1, patience=3, threshold=1e-4),
    )
    vectors.add("step_lr", "lr 1, step 6, gamma .1", lr=rates(schedulers.StepLR, 20, step_size=6, gamma=0.1))
    vectors.add("cosine", "lr 1, T_max 20, eta_min 0", lr=rates(schedulers.CosineAnnealingLR, 20, T_max=20))
    vectors.add("exponential", "lr 1, gamma .9", lr=rates(schedulers.ExponentialLR, 20, gamma=0.9))

    gradient = Draws("clip_grad_norm_1").normal(50, scale=3.0).detach()
    parameter = torch.nn.Parameter(torch.zeros(50))
    parameter.grad = gradient.clone()
    torch.nn.utils.clip_grad_norm_([parameter], 1.0)
    vectors.add("clip_grad_norm_1", grad=gradient, clipped=parameter.grad)
    return vectors


def weights(draw, layers):
    """Weights (out, in) with a standard deviation of 1/sqrt(in), and small biases."""
    result = {}
    for name, (inputs, outputs) in layers.items():
        result[f"{name}.weight"] = draw.normal(outputs, inputs, scale=1 / math.sqrt(inputs))
        result[f"{name}.bias"] = draw.normal(outputs, scale=0.1)
    return result


def vae(p, x, eps):
    """Loss terms, means over the batch, and what they are made of; eps may have an axis of samples in front."""

    def layer(name, x):
        return F.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])

    hidden = torch.tanh(layer("enc2", F.elu(layer("enc1", x))))
    mu, sigma = layer("mu", hidden), 1e-6 + F.softplus(layer("sigma", hidden))
    z = mu + sigma * eps
    logits = layer("out", F.elu(layer("dec2", torch.tanh(layer("dec1", z)))))
    nll = bce_with_logits(logits, x.expand_as(logits)).sum(-1)
    log_prior = log_normal(z, torch.zeros(1), torch.ones(1)).sum(-1)
    return {
        "logits": logits,
        "mu": mu,
        "sigma": sigma,
        "reconstruction": nll.mean(),
        "kl": kl_to_standard_normal(mu, sigma**2).sum(-1).mean(),
        "log_weights": log_prior - nll - log_normal(z, mu, sigma**2).sum(-1),
    }


def gmvae(p, x, eps_z, eps_w, eps_x, clusters=4, variance=0.05):
    """Loss terms of a Gaussian mixture VAE (Dilokthanakul et al. 2016), means over the batch."""

    def layer(name, x):
        return F.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])

    def encode(q):
        mean = layer(f"{q}_mean", F.relu(layer(f"{q}1", x)))
        return mean, F.softplus(layer(f"{q}_var", F.relu(layer(f"{q}_var1", x))))

    (z_mean, z_variance), (w_mean, w_variance) = encode("qz"), encode("qw")
    z, w = z_mean + z_variance.sqrt() * eps_z, w_mean + w_variance.sqrt() * eps_w
    py = F.softmax(layer("py", F.relu(layer("py1", torch.cat([w, z], -1)))), -1)
    prior = F.relu(layer("pz1", w))
    log_prior = torch.stack(
        [
            log_normal(z, layer(f"pz_mean{k}", prior), F.softplus(layer(f"pz_var{k}", prior))).sum(-1)
            for k in range(clusters)
        ],
        -1,
    )
    drawn = torch.sigmoid(layer("px", F.relu(layer("px1", z)))) + math.sqrt(variance) * eps_x
    terms = {
        "reconstruction": ((x - drawn) ** 2).sum(-1).mean() / (2 * variance),
        "conditional_prior": (log_normal(z, z_mean, z_variance).sum(-1) - (py * log_prior).sum(-1)).mean(),
        "kl_w": kl_to_standard_normal(w_mean, w_variance).sum(-1).mean(),
        "kl_y": (py * (py.log() + math.log(clusters))).sum(-1).mean(),
    }
    return {"py": py, "z": z, "w": w, **terms, "loss": sum(terms.values())}


def models():
    vectors = Vectors()

    def add_parameters(case, parameters, loss):
        gradients = torch.autograd.grad(loss, list(parameters.values()))
        for (name, value), gradient in zip(parameters.items(), gradients):
            vectors.add(case, **{name: value, f"grad_{name}": gradient})

    draw = Draws("vae")
    p = weights(
        draw,
        {
            "enc1": (24, 16),
            "enc2": (16, 16),
            "mu": (16, 3),
            "sigma": (16, 3),
            "dec1": (3, 16),
            "dec2": (16, 16),
            "out": (16, 24),
        },
    )
    x, eps = draw.uniform(5, 24), draw.normal(5, 3)
    results = vae(p, x, eps)
    del results["log_weights"]
    add_parameters("vae", p, results["reconstruction"] + results["kl"])
    note = (
        "enc1 ELU, enc2 tanh, mu, sigma = 1e-6 + softplus; dec1 tanh, dec2 ELU, out logits; "
        "loss = mean_n(sum_d BCE) + mean_n(0.5 sum(mu^2 + s^2 - log s^2 - 1)); no dropout"
    )
    vectors.add("vae", note, x=x, eps=eps, **results)

    eps = Draws("iwae").normal(7, 5, 3)
    log_weights = vae(p, x, eps)["log_weights"]
    vectors.add(
        "iwae",
        "weights and x of vae; log w = log p(x|z) + log p(z) - log q(z|x); bound = logsumexp_k - log k",
        eps=eps,
        log_weights=log_weights,
        bound_per_example=torch.logsumexp(log_weights, 0) - math.log(len(eps)),
    )

    draw = Draws("gmvae")
    shapes = {
        "qz1": (24, 16),
        "qz_mean": (16, 3),
        "qz_var1": (24, 16),
        "qz_var": (16, 3),
        "qw1": (24, 16),
        "qw_mean": (16, 2),
        "qw_var1": (24, 16),
        "qw_var": (16, 2),
        "py1": (5, 16),
        "py": (16, 4),
        "pz1": (2, 16),
        "px1": (3, 16),
        "px": (16, 24),
    }
    for k in range(4):
        shapes[f"pz_mean{k}"] = shapes[f"pz_var{k}"] = (16, 3)
    p = weights(draw, shapes)
    given = {"x": x, "eps_z": draw.normal(5, 3), "eps_w": draw.normal(5, 2), "eps_x": draw.normal(5, 24)}
    results = gmvae(p, **given)
    add_parameters("gmvae", p, results["loss"])
    note = (
        "p(x|z) has the variance 0.05, and its density no constant; the reconstruction is sigmoid(px) + "
        "sqrt(0.05) eps_x; q(z|x) and q(w|x) have networks for mean and for variance (softplus); "
        "p(y|w,z) = softmax(py of concat(w, z)); p(z|w,y=k) from the hidden layer pz1; "
        "loss = mean(reconstruction + conditional prior + KL_w + KL_y); hidden layers are ReLU"
    )
    vectors.add("gmvae", note, **given, **results)
    return vectors


def clustering():
    vectors = Vectors()
    generator = np.random.default_rng(zlib.crc32(b"clustering"))

    def rounded(points):
        return points.astype(np.float32).astype(np.float64)

    # Five blobs of 120 points that nearly touch, and 40 points spread over all: outliers for DBSCAN.
    centers = np.array([[-3.3, -0.1], [0.0, -2.5], [0.7, -0.4], [0.8, 1.3], [-0.8, 3.2]])
    labels = np.repeat(np.arange(5), 120)
    points = centers[labels] + 0.3 * generator.standard_normal((600, 2))
    labels = np.concatenate([labels, generator.integers(0, 5, 40)])
    points = np.concatenate([points, generator.uniform(-7, 7, (40, 2))])
    order = generator.permutation(640)
    points, labels = rounded(points[order]), labels[order]
    vectors.add("", points=points, labels=labels)

    def dbscan(case, points, eps, min_samples):
        found = cluster.DBSCAN(eps=eps, min_samples=min_samples).fit_predict(points)
        vectors.add(f"{case}_eps{eps}_min{min_samples}", labels=found)

    dbscan("dbscan", points, 0.3, 10)
    dbscan("dbscan", points, 0.18, 25)
    dbscan("dbscan", points, 0.5, 5)

    points5d = np.concatenate([generator.standard_normal((200, 5)), 3 + generator.standard_normal((200, 5))])
    points5d = rounded(points5d[generator.permutation(400)])
    vectors.add("", points5d=points5d)
    dbscan("dbscan5d", points5d, 1.5, 8)

    kmeans = cluster.KMeans(5, n_init=100, tol=0, random_state=0).fit(points)
    vectors.add("kmeans", "inertia is the best of 100; labels up to permutation", labels=kmeans.labels_.astype(int))
    vectors.add("kmeans", inertia=[kmeans.inertia_])
    table = metrics.cluster.contingency_matrix(labels, kmeans.labels_)
    accuracy = table[linear_sum_assignment(-table)].sum() / len(labels)
    scores = [
        accuracy,
        metrics.normalized_mutual_info_score(labels, kmeans.labels_),
        metrics.adjusted_rand_score(labels, kmeans.labels_),
        metrics.silhouette_score(points, kmeans.labels_),
        metrics.homogeneity_score(labels, kmeans.labels_),
        metrics.completeness_score(labels, kmeans.labels_),
    ]
    vectors.add("", metrics=scores)
    vectors.notes["metrics"] = (
        "accuracy (Hungarian), NMI (arithmetic), ARI, silhouette, homogeneity, completeness "
        "of kmeans/labels against labels"
    )

    pca = decomposition.PCA(2, svd_solver="full").fit(points5d)
    vectors.add(
        "pca", explained_variance_ratio=pca.explained_variance_ratio_, abs_components=np.abs(pca.components_)
    )
    gmm = mixture.GaussianMixture(2, n_init=5, tol=1e-10, max_iter=1000, random_state=0).fit(points5d)
    vectors.add("gmm2", avg_log_likelihood=[gmm.score(points5d)], sorted_weights=np.sort(gmm.weights_))

    # b repeats a in about half of the places.
    a, b = generator.integers(0, 6, 784), generator.integers(0, 6, 784)
    b = np.where(generator.random(784) < 0.55, a, b)
    vectors.add("mi", "mutual_info_score of two arrays of labels, in nats", a=a, b=b)
    vectors.add("mi", value=[metrics.mutual_info_score(a, b)])
    return vectors


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    makers = {"layers": layers, "losses": losses, "optim": optimizers, "models": models, "clustering": clustering}
    for name, make in makers.items():
        make().write(folder / f"{name}.safetensors")
