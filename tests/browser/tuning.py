"""What stories about tuning share: when an answer is shown, and what the picture is made of."""

import base64
import io

import numpy as np
from PIL import Image

# Wherever an answer is shown: its number and whether it is of the tiles themselves.
TUNED = """() => new Promise((go) => document.querySelector("[data-tune]").addEventListener(
  "tuned", ({ detail }) => detail.sharp && go(detail)))"""


def pixels(page):
    """What the picture on the page is made of."""
    png = page.locator("[data-now]").evaluate(
        """(picture) => {
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
          canvas.getContext("2d").drawImage(picture, 0, 0);
          return canvas.toDataURL();
        }"""
    )
    body = base64.b64decode(png.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))
