"""The networks that Elbo is compared with, in PyTorch."""
import torch
from torch import nn
from torch.nn import functional as F

PIXELS = 784


class Vae(nn.Module):
    """q(z|x) = N(mean, deviation²); decode gives logits of Bernoulli pixels, or of Gaussian means."""

    likelihood = "bernoulli"

    def terms(self, x, target=None):
        """Reconstruction term and KL divergence in nats per image, from one sample per image."""
        target = x if target is None else target
        mean, deviation = self.encode(x)
        logits = self.decode(mean + deviation * torch.randn_like(mean))
        if self.likelihood == "bernoulli":
            reconstruction = F.binary_cross_entropy_with_logits(logits, target, reduction="sum")
        else:
            reconstruction = 0.5 * (target - torch.sigmoid(logits)).square().sum()
        variance = deviation.square()
        kl = 0.5 * (mean.square() + variance - torch.log(1e-8 + variance) - 1).sum()
        return reconstruction / x.shape[0], kl / x.shape[0]

    def loss(self, x):
        reconstruction, kl = self.terms(x)
        return reconstruction + kl


def mlp(widths, activations, dropout):
    layers = []
    for inputs, outputs, activation in zip(widths, widths[1:], activations):
        layers += [nn.Linear(inputs, outputs), activation()]
        if dropout:
            layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers)


class MlpVae(Vae):
    def __init__(self, latent, hidden, encoder, decoder, dropout):
        super().__init__()
        self.latent = latent
        self.encoder = mlp([PIXELS, *hidden], encoder, dropout)
        self.mean = nn.Linear(hidden[-1], latent)
        self.deviation = nn.Linear(hidden[-1], latent)
        self.decoder = mlp([latent, *hidden], decoder, dropout)
        self.output = nn.Linear(hidden[-1], PIXELS)

    def encode(self, x):
        h = self.encoder(x)
        return self.mean(h), 1e-6 + F.softplus(self.deviation(h))

    def decode(self, z):
        return self.output(self.decoder(z))


def down(inputs, outputs, normalized=True):
    convolution = nn.Conv2d(inputs, outputs, 4, 2, 1)
    return [convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)] if normalized else [convolution, nn.LeakyReLU(0.2)]


def up(inputs, outputs, normalized=False):
    convolution = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1)
    return [convolution, nn.BatchNorm2d(outputs), nn.ReLU()] if normalized else [convolution, nn.ReLU()]


def dense(inputs, outputs, activation):
    return [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), activation]


class CnnVae(Vae):
    """The convolutional networks for 28×28 grey and 32×32 RGB images."""

    def __init__(self, dataset, latent, likelihood):
        super().__init__()
        self.latent, self.likelihood = latent, likelihood
        if dataset == "mnist":
            self.encoder = nn.Sequential(*down(1, 64, normalized=False), *down(64, 128), nn.Flatten(), *dense(6272, 1024, nn.LeakyReLU(0.2)), nn.Linear(1024, 2 * latent))
            self.decoder = nn.Sequential(*dense(latent, 1024, nn.ReLU()), *dense(1024, 6272, nn.ReLU()), nn.Unflatten(1, (128, 7, 7)), *up(128, 64, normalized=True), nn.ConvTranspose2d(64, 1, 4, 2, 1))
        else:
            self.encoder = nn.Sequential(*down(3, 64, normalized=False), *down(64, 128), *down(128, 256), nn.Flatten(), nn.Linear(4096, 2 * latent))
            self.decoder = nn.Sequential(*dense(latent, 1792, nn.ReLU()), nn.Unflatten(1, (448, 2, 2)), *up(448, 256, normalized=True), *up(256, 128), *up(128, 64), nn.ConvTranspose2d(64, 3, 4, 2, 1))

    def encode(self, x):
        mean, deviation = self.encoder(x).chunk(2, dim=1)
        return mean, 1e-6 + F.softplus(deviation)

    def decode(self, z):
        return self.decoder(z)


class Dcgan(Vae):
    """The convolutional networks for RGB images of 64, 128 or 256 pixels: halved to 4×4, with at most 256 channels."""

    likelihood = "gaussian"

    def __init__(self, side, latent):
        super().__init__()
        self.latent = latent
        maps = [3]
        while side > 4:
            maps.append(min(32 << len(maps), 256))
            side //= 2
        self.encoder = nn.Sequential(*[layer for i, (a, b) in enumerate(zip(maps, maps[1:])) for layer in down(a, b, normalized=i > 0)], nn.Flatten(), nn.Linear(16 * maps[-1], 2 * latent))
        maps = [448, *maps[:0:-1]]
        self.decoder = nn.Sequential(*dense(latent, 1792, nn.ReLU()), nn.Unflatten(1, (448, 2, 2)), *[layer for i, (a, b) in enumerate(zip(maps, maps[1:])) for layer in up(a, b, normalized=i == 0)], nn.ConvTranspose2d(maps[-1], 3, 4, 2, 1))

    def encode(self, x):
        mean, deviation = self.encoder(x).chunk(2, dim=1)
        return mean, 1e-6 + F.softplus(deviation)

    def decode(self, z):
        return self.decoder(z)


class Gmvae(nn.Module):
    """The Gaussian-mixture VAE with networks of their own for every mean and variance, and a network for p(y|w, z)."""

    def __init__(self, latent, style, clusters, hidden, variance):
        super().__init__()
        self.latent, self.clusters, self.variance = latent, clusters, variance

        def network(inputs, outputs):
            return nn.Sequential(mlp([inputs, *hidden], [nn.ReLU] * len(hidden), 0), nn.Linear(hidden[-1], outputs))

        self.code_mean, self.code_variance = network(PIXELS, latent), network(PIXELS, latent)
        self.style_mean, self.style_variance = network(PIXELS, style), network(PIXELS, style)
        self.cluster = network(style + latent, clusters)
        self.prior = mlp([style, *hidden], [nn.ReLU] * len(hidden), 0)
        self.prior_mean, self.prior_variance = nn.Linear(hidden[-1], clusters * latent), nn.Linear(hidden[-1], clusters * latent)
        self.decoder = network(latent, PIXELS)

    def loss(self, x):
        z_mean, z_variance = self.code_mean(x), F.softplus(self.code_variance(x)) + 1e-8
        w_mean, w_variance = self.style_mean(x), F.softplus(self.style_variance(x)) + 1e-8
        z = z_mean + z_variance.sqrt() * torch.randn_like(z_mean)
        w = w_mean + w_variance.sqrt() * torch.randn_like(w_mean)
        log_p = F.log_softmax(self.cluster(torch.cat([w, z], 1)), 1)
        p = log_p.exp()
        hidden = self.prior(w)
        shape = (-1, self.clusters, self.latent)
        prior_mean, prior_variance = self.prior_mean(hidden).view(shape), F.softplus(self.prior_variance(hidden)).view(shape) + 1e-8
        drawn = torch.sigmoid(self.decoder(z)) + self.variance**0.5 * torch.randn_like(x)
        reconstruction = 0.5 / self.variance * (x - drawn).square().sum(1)
        log_q = -0.5 * (z_variance.log() + (z - z_mean).square() / z_variance).sum(1)
        log_prior = -0.5 * (prior_variance.log() + (z[:, None] - prior_mean).square() / prior_variance).sum(2)
        kl_w = 0.5 * (w_mean.square() + w_variance - w_variance.log() - 1).sum(1)
        return (reconstruction + log_q - (p * log_prior).sum(1) + kl_w + (p * log_p).sum(1)).mean()
