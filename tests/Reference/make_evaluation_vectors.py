#!/usr/bin/env python3
"""Writes evaluation.safetensors beside this script, or to the folder given as its argument.

It needs scikit-image besides the packages of make_vectors.py, which has the format and the random inputs.
"""

import sys
from pathlib import Path

import numpy as np
from make_vectors import Draws, Vectors
from scipy import linalg, stats
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn import linear_model, metrics, neighbors


def numpy(tensor):
    return tensor.detach().numpy()


def scikit_image(a, b, _):
    return structural_similarity(
        a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1
    )


def smaller_window(a, b, side):
    """SSIM with a window that scikit-image does not have: every window position by itself."""
    distances = np.arange(side) - side // 2
    window = np.exp(-0.5 * (distances[:, None] ** 2 + distances**2) / 1.5**2)
    window /= window.sum()
    x, y = (np.lib.stride_tricks.sliding_window_view(image, (side, side)) for image in (a, b))

    def mean(values):
        return (window * values).sum((-1, -2))

    x_mean, y_mean = mean(x), mean(y)
    x_variance, y_variance = mean((x - x_mean[..., None, None]) ** 2), mean((y - y_mean[..., None, None]) ** 2)
    covariance = mean((x - x_mean[..., None, None]) * (y - y_mean[..., None, None]))
    c1, c2 = 0.01**2, 0.03**2
    similarity = (2 * x_mean * y_mean + c1) * (2 * covariance + c2)
    return (similarity / (x_mean**2 + y_mean**2 + c1) / (x_variance + y_variance + c2)).mean()


def image_quality(vectors):
    def compare(case, count, channels, height, width):
        draw = Draws(case)
        # Waves, so that images have structure, and noise; the reconstruction is dimmer and has other noise.
        rows, columns = np.mgrid[:height, :width]
        waves = 0.5 + 0.4 * np.sin(0.5 * rows + 0.3 * columns)
        x = np.clip(waves + 0.1 * numpy(draw.normal(count, channels, height, width)), 0, 1)
        y = np.clip(0.8 * waves + 0.1 * numpy(draw.normal(count, channels, height, width)), 0, 1)
        x[-1, -1] = 0.25  # a channel without variance
        x, y = (values.astype(np.float32).astype(np.float64) for values in (x, y))
        side = min(11, 2 * ((min(height, width) - 1) // 2) + 1)
        similarity = scikit_image if side == 11 else smaller_window
        vectors.add(
            case,
            f"images (N,C,H,W); SSIM with a Gaussian window of {side}x{side}, sigma 1.5",
            x=x,
            y=y,
            ssim=[np.mean([similarity(a, b, side) for a, b in zip(x[i], y[i])]) for i in range(count)],
            mse=((x - y) ** 2).mean((1, 2, 3)),
            psnr=[peak_signal_noise_ratio(a, b, data_range=1) for a, b in zip(x, y)],
        )

    compare("images_grey", 3, 1, 28, 28)
    compare("images_colour", 2, 3, 14, 19)
    compare("images_small", 2, 1, 8, 12)


def latent_statistics(vectors):
    draw = Draws("latent")
    means, deviations = draw.normal(50, 4), draw.uniform(50, 4, low=0.05, high=1.2)
    scale = np.array([1, 0.05, 2, 0.5])
    means = (numpy(means) * scale + numpy(means)[:, :1] * [0, 0, 1, 0]).astype(np.float32).astype(np.float64)
    deviations = numpy(deviations)
    covariance = np.cov(means.T, bias=True) + np.diag((deviations**2).mean(0))
    correlation = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    mean = means.mean(0)
    divergence = 0.5 * (np.trace(covariance) + mean @ mean - 4 - np.linalg.slogdet(covariance)[1])
    vectors.add(
        "latent",
        "population variances; total correlation and aggregate KL of the Gaussian with the moments of q(z)",
        means=means,
        deviations=deviations,
        code_variance=means.var(0),
        kl=(0.5 * (means**2 + deviations**2 - 1) - np.log(deviations)).mean(0),
        aggregate_mean=mean,
        aggregate_deviation=np.sqrt(np.diag(covariance)),
        total_correlation=[-0.5 * np.linalg.slogdet(correlation)[1]],
        aggregate_kl=[divergence],
    )


def ranking(vectors):
    draw = Draws("ranking")
    positives = numpy(draw.uniform(300)) < 0.2
    # One decimal, so that there are many ties.
    scores = np.round(numpy(draw.normal(300)) + positives, 1).astype(np.float32).astype(np.float64)
    values, q = np.unique(scores)[::4], np.array([0, 0.05, 0.1, 0.5, 0.75, 0.95, 0.999, 1])
    vectors.add(
        "ranking",
        "percentile ranks of kind mean; quantiles with linear interpolation",
        scores=scores,
        positives=positives.astype(int),
        auroc=[metrics.roc_auc_score(positives, scores)],
        average_precision=[metrics.average_precision_score(positives, scores)],
        values=values,
        percentiles=[stats.percentileofscore(scores, value, kind="mean") for value in values],
        q=q,
        quantiles=np.quantile(scores, q.astype(np.float32).astype(np.float64)),
    )


def frechet_distance(vectors):
    def distance(case, a, b, note):
        a, b = numpy(a), numpy(b)
        first, second = np.cov(a.T), np.cov(b.T)
        root = linalg.sqrtm(first @ second).real
        difference = a.mean(0) - b.mean(0)
        vectors.add(case, note, a=a, b=b, distance=[difference @ difference + np.trace(first + second - 2 * root)])

    draw = Draws("frechet")
    distance("frechet", draw.normal(40, 6), draw.normal(60, 6, scale=1.5), "scipy.linalg.sqrtm")
    draw = Draws("frechet_singular")
    distance("frechet_singular", draw.normal(5, 8), draw.normal(30, 8), "5 points in 8 dimensions")


def disentanglement(vectors):
    draw = Draws("disentanglement")
    factors = np.stack([draw.generator.integers(0, count, 250) for count in (3, 5, 2)], 1)
    noise = numpy(draw.normal(250, 4))
    # Dimension 0 has factor 0, dimensions 1 and 2 share factor 1, and no dimension has factor 2.
    codes = 0.2 * noise + np.stack([factors[:, 0], factors[:, 1], 0.5 * factors[:, 1], np.zeros(250)], 1)
    codes = codes.astype(np.float32).astype(np.float64)

    def gap(ratings):
        ordered = np.sort(ratings, 1)[:, ::-1]
        return (ordered[:, 0] - ordered[:, 1]).mean()

    binned = [np.digitize(code, np.histogram(code, 20)[1][:-1]) for code in codes.T]
    information = np.array(
        [
            [metrics.mutual_info_score(code, factor) / metrics.mutual_info_score(factor, factor) for code in binned]
            for factor in factors.T
        ]
    )
    determination = np.array([[np.corrcoef(code, factor)[0, 1] ** 2 for code in codes.T] for factor in factors.T])

    def accuracy(code, factor):
        x = ((code - code.mean()) / code.std())[:, None]
        model = linear_model.LogisticRegression(multi_class="multinomial", solver="newton-cg", tol=1e-6)
        return model.fit(x, factor).score(x, factor)

    accuracies = np.array([[accuracy(code, factor) for code in codes.T] for factor in factors.T])
    vectors.add(
        "disentanglement",
        "ratings (factors, dimensions): information by entropy in 20 bins, R², accuracy of logistic regression",
        codes=codes,
        factors=factors,
        information=information,
        mig=[gap(information)],
        determination=determination,
        sap_continuous=[gap(determination)],
        accuracies=accuracies,
        sap_discrete=[gap(accuracies)],
    )


def nearest_neighbours(vectors):
    draw = Draws("neighbours")
    labels = draw.generator.integers(0, 4, 120)
    centres = numpy(draw.normal(4, 3))
    points = (centres[labels] + numpy(draw.normal(120, 3))).astype(np.float32).astype(np.float64)
    queries = numpy(draw.normal(80, 3, scale=1.5))
    classifier = neighbors.KNeighborsClassifier(4).fit(points, labels)
    vectors.add(
        "neighbours", "k = 4", points=points, labels=labels, queries=queries, predicted=classifier.predict(queries)
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    vectors = Vectors()
    for add in [image_quality, latent_statistics, ranking, frechet_distance, disentanglement, nearest_neighbours]:
        add(vectors)
    vectors.write(folder / "evaluation.safetensors")
