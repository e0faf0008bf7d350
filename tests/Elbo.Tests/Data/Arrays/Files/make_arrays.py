"""Writes the arrays in this folder with NumPy (1.24.2): python3 make_arrays.py"""

import numpy as np

x = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
np.savez_compressed("keras.npz", x_train=x, y_train=np.array([3, 1, 3, 7]), x_test=x[:2] + 100, y_test=np.array([[1], [9]]))
np.save("fortran.npy", np.asfortranarray(x))
np.save("big_endian.npy", (x / 255).astype(">f4"))
np.save("half.npy", np.array([[[0, 0.25], [0.5, 1]]], np.float16))
np.save("objects.npy", np.array([{}, []], dtype=object), allow_pickle=True)
np.save("texts.npy", np.array(["cat", "dog"]))
np.save("fields.npy", np.zeros(2, dtype=[("a", "i4"), ("b", "f4")]))
