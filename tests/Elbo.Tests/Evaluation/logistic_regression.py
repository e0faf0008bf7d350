"""Makes logistic_regression.json: what scikit-learn's LogisticRegression(C=1) finds for small data of four classes.

python3 logistic_regression.py > logistic_regression.json
"""

import json
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(4)
labels = np.arange(80) % 4
points = (rng.normal(size=(4, 3))[labels] * 1.5 + rng.normal(size=(80, 3))).round(3).astype(np.float32)
x = points.astype(np.float64)

# Newton's method comes closest to the minimum; scikit-learn's own default stops earlier.
model = LogisticRegression(C=1.0, multi_class="multinomial", solver="newton-cg", tol=1e-9, max_iter=10_000)
model.fit(x, labels)
probability = model.predict_proba(x)[np.arange(len(labels)), labels]
json.dump(
    {
        "points": [round(float(value), 3) for value in points.ravel()],
        "labels": labels.tolist(),
        # (dimensions + 1, classes), row by row; the intercepts are the last row.
        "weights": np.vstack([model.coef_.T, model.intercept_]).ravel().tolist(),
        "loss": float(-np.log(probability).sum() + 0.5 * np.square(model.coef_).sum()),
        "predictions": model.predict(x).tolist(),
    },
    sys.stdout,
)
