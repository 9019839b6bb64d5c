"""Whom to cite for classic features, and for the libraries that compute them."""

from __future__ import annotations

from frimcla import Reference

SWAIN = Reference(
    "swain1991",
    "article",
    {
        "author": "Swain, Michael J. and Ballard, Dana H.",
        "title": "Color indexing",
        "journal": "International Journal of Computer Vision",
        "volume": "7",
        "number": "1",
        "pages": "11--32",
        "year": "1991",
    },
)
STRICKER = Reference(
    "stricker1995",
    "inproceedings",
    {
        "author": "Stricker, Markus A. and Orengo, Markus",
        "title": "Similarity of color images",
        "booktitle": "Storage and Retrieval for Image and Video Databases III, Proc. SPIE 2420",
        "pages": "381--392",
        "year": "1995",
    },
)
HARALICK = Reference(
    "haralick1973",
    "article",
    {
        "author": "Haralick, Robert M. and Shanmugam, K. and Dinstein, Its'hak",
        "title": "Textural features for image classification",
        "journal": "IEEE Transactions on Systems, Man, and Cybernetics",
        "volume": "3",
        "number": "6",
        "pages": "610--621",
        "year": "1973",
    },
)
OJALA = Reference(
    "ojala2002",
    "article",
    {
        "author": r"Ojala, Timo and Pietik{\"a}inen, Matti and M{\"a}enp{\"a}{\"a}, Topi",
        "title": "Multiresolution gray-scale and rotation invariant texture classification with "
        "local binary patterns",
        "journal": "IEEE Transactions on Pattern Analysis and Machine Intelligence",
        "volume": "24",
        "number": "7",
        "pages": "971--987",
        "year": "2002",
    },
)
DALAL = Reference(
    "dalal2005",
    "inproceedings",
    {
        "author": "Dalal, Navneet and Triggs, Bill",
        "title": "Histograms of oriented gradients for human detection",
        "booktitle": "Proc. IEEE Conference on Computer Vision and Pattern Recognition",
        "pages": "886--893",
        "year": "2005",
    },
)
TEAGUE = Reference(
    "teague1980",
    "article",
    {
        "author": "Teague, Michael Reed",
        "title": "Image analysis via the general theory of moments",
        "journal": "Journal of the Optical Society of America",
        "volume": "70",
        "number": "8",
        "pages": "920--930",
        "year": "1980",
    },
)
MCQUIN = Reference(
    "mcquin2018",
    "article",
    {
        "author": "McQuin, Claire and others",
        "title": "{CellProfiler} 3.0: Next-generation image processing for biology",
        "journal": "PLoS Biology",
        "volume": "16",
        "number": "7",
        "pages": "e2005970",
        "year": "2018",
    },
)
MANJUNATH = Reference(
    "manjunath1996",
    "article",
    {
        "author": "Manjunath, B. S. and Ma, W. Y.",
        "title": "Texture features for browsing and retrieval of image data",
        "journal": "IEEE Transactions on Pattern Analysis and Machine Intelligence",
        "volume": "18",
        "number": "8",
        "pages": "837--842",
        "year": "1996",
    },
)
CHANG = Reference(
    "chang1993",
    "article",
    {
        "author": "Chang, Tianhorng and Kuo, C.-C. Jay",
        "title": "Texture analysis and classification with tree-structured wavelet transform",
        "journal": "IEEE Transactions on Image Processing",
        "volume": "2",
        "number": "4",
        "pages": "429--441",
        "year": "1993",
    },
)
BRUNA = Reference(
    "bruna2013",
    "article",
    {
        "author": r"Bruna, Joan and Mallat, St{\'e}phane",
        "title": "Invariant scattering convolution networks",
        "journal": "IEEE Transactions on Pattern Analysis and Machine Intelligence",
        "volume": "35",
        "number": "8",
        "pages": "1872--1886",
        "year": "2013",
    },
)
TAMURA = Reference(
    "tamura1978",
    "article",
    {
        "author": "Tamura, Hideyuki and Mori, Shunji and Yamawaki, Takashi",
        "title": "Textural features corresponding to visual perception",
        "journal": "IEEE Transactions on Systems, Man, and Cybernetics",
        "volume": "8",
        "number": "6",
        "pages": "460--473",
        "year": "1978",
    },
)
MARAGOS = Reference(
    "maragos1989",
    "article",
    {
        "author": "Maragos, Petros",
        "title": "Pattern spectrum and multiscale shape representation",
        "journal": "IEEE Transactions on Pattern Analysis and Machine Intelligence",
        "volume": "11",
        "number": "7",
        "pages": "701--716",
        "year": "1989",
    },
)
HAMILTON = Reference(
    "hamilton2007",
    "article",
    {
        "author": "Hamilton, Nicholas A. and Pantelic, Radosav S. and Hanson, Kelly and "
        "Teasdale, Rohan D.",
        "title": "Fast automated cell phenotype image classification",
        "journal": "BMC Bioinformatics",
        "volume": "8",
        "pages": "110",
        "year": "2007",
    },
)
COELHO = Reference(
    "coelho2010",
    "inproceedings",
    {
        "author": "Coelho, Luis Pedro and others",
        "title": "Structured literature image finder: extracting information from "
        "text and images in biomedical literature",
        "booktitle": "Linking Literature, Information, and Knowledge for Biology",
        "pages": "23--32",
        "year": "2010",
    },
)
GEIRHOS = Reference(
    "geirhos2020",
    "article",
    {
        "author": "Geirhos, Robert and others",
        "title": "Shortcut learning in deep neural networks",
        "journal": "Nature Machine Intelligence",
        "volume": "2",
        "pages": "665--673",
        "year": "2020",
    },
)
MAHOTAS = Reference(
    "coelho2013",
    "article",
    {
        "author": "Coelho, Luis Pedro",
        "title": "Mahotas: Open source software for scriptable computer vision",
        "journal": "Journal of Open Research Software",
        "volume": "1",
        "number": "1",
        "pages": "e3",
        "year": "2013",
    },
)
SKIMAGE = Reference(
    "vanderwalt2014",
    "article",
    {
        "author": r"van der Walt, St{\'e}fan and others",
        "title": "scikit-image: image processing in {Python}",
        "journal": "PeerJ",
        "volume": "2",
        "pages": "e453",
        "year": "2014",
    },
)
PYWAVELETS = Reference(
    "lee2019",
    "article",
    {
        "author": "Lee, Gregory R. and others",
        "title": "{PyWavelets}: A {Python} package for wavelet analysis",
        "journal": "Journal of Open Source Software",
        "volume": "4",
        "number": "36",
        "pages": "1237",
        "year": "2019",
    },
)
