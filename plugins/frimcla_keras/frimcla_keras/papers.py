"""The publications of the networks. Imports no framework."""

from __future__ import annotations

import re

from frimcla import Reference

CVPR = "IEEE Conference on Computer Vision and Pattern Recognition"
ICLR = "International Conference on Learning Representations"
ICML = "International Conference on Machine Learning"


def _paper(key: str, author: str, title: str, where: str, arxiv: str) -> Reference:
    """Return a publication that arXiv has as well; one that it alone has names no other place."""
    fields = {"author": author, "title": title, "year": re.sub(r"\D", "", key)}
    if where:
        fields["booktitle"] = where
    fields |= {"eprint": arxiv, "archiveprefix": "arXiv"}
    return Reference(key, "inproceedings" if where else "misc", fields)


IMAGENET = Reference(
    "russakovsky2015",
    "article",
    {
        "author": "Russakovsky, Olga and Deng, Jia and Su, Hao and Krause, Jonathan and Satheesh, "
        "Sanjeev and Ma, Sean and Huang, Zhiheng and Karpathy, Andrej and Khosla, Aditya and "
        "Bernstein, Michael and Berg, Alexander C. and Fei-Fei, Li",
        "title": "{ImageNet} Large Scale Visual Recognition Challenge",
        "journal": "International Journal of Computer Vision",
        "volume": "115",
        "number": "3",
        "pages": "211--252",
        "year": "2015",
        "doi": "10.1007/s11263-015-0816-y",
    },
)
PAPERS = {
    r"VGG\d+": _paper(
        "simonyan2015",
        "Simonyan, Karen and Zisserman, Andrew",
        "Very Deep Convolutional Networks for Large-Scale Image Recognition",
        ICLR,
        "1409.1556",
    ),
    r"ResNet\d+": _paper(
        "he2016a",
        "He, Kaiming and Zhang, Xiangyu and Ren, Shaoqing and Sun, Jian",
        "Deep Residual Learning for Image Recognition",
        CVPR,
        "1512.03385",
    ),
    r"ResNet\d+V2": _paper(
        "he2016b",
        "He, Kaiming and Zhang, Xiangyu and Ren, Shaoqing and Sun, Jian",
        "Identity Mappings in Deep Residual Networks",
        "European Conference on Computer Vision",
        "1603.05027",
    ),
    "InceptionV3": _paper(
        "szegedy2016",
        "Szegedy, Christian and Vanhoucke, Vincent and Ioffe, Sergey and Shlens, Jon and "
        "Wojna, Zbigniew",
        "Rethinking the Inception Architecture for Computer Vision",
        CVPR,
        "1512.00567",
    ),
    "InceptionResNetV2": _paper(
        "szegedy2017",
        "Szegedy, Christian and Ioffe, Sergey and Vanhoucke, Vincent and Alemi, Alexander A.",
        "{Inception-v4}, {Inception-ResNet} and the Impact of Residual Connections on Learning",
        "AAAI Conference on Artificial Intelligence",
        "1602.07261",
    ),
    "Xception": _paper(
        "chollet2017",
        "Chollet, François",
        "{Xception}: Deep Learning with Depthwise Separable Convolutions",
        CVPR,
        "1610.02357",
    ),
    r"DenseNet\d+": _paper(
        "huang2017",
        "Huang, Gao and Liu, Zhuang and van der Maaten, Laurens and Weinberger, Kilian Q.",
        "Densely Connected Convolutional Networks",
        CVPR,
        "1608.06993",
    ),
    "MobileNet": _paper(
        "howard2017",
        "Howard, Andrew G. and Zhu, Menglong and Chen, Bo and Kalenichenko, Dmitry and Wang, "
        "Weijun and Weyand, Tobias and Andreetto, Marco and Adam, Hartwig",
        "{MobileNets}: Efficient Convolutional Neural Networks for Mobile Vision Applications",
        "",
        "1704.04861",
    ),
    "MobileNetV2": _paper(
        "sandler2018",
        "Sandler, Mark and Howard, Andrew and Zhu, Menglong and Zhmoginov, Andrey and Chen, "
        "Liang-Chieh",
        "{MobileNetV2}: Inverted Residuals and Linear Bottlenecks",
        CVPR,
        "1801.04381",
    ),
    "MobileNetV3.+": _paper(
        "howard2019",
        "Howard, Andrew and Sandler, Mark and Chu, Grace and Chen, Liang-Chieh and Chen, Bo and "
        "Tan, Mingxing and Wang, Weijun and Zhu, Yukun and Pang, Ruoming and Vasudevan, Vijay and "
        "Le, Quoc V. and Adam, Hartwig",
        "Searching for {MobileNetV3}",
        "IEEE/CVF International Conference on Computer Vision",
        "1905.02244",
    ),
    "NASNet.+": _paper(
        "zoph2018",
        "Zoph, Barret and Vasudevan, Vijay and Shlens, Jonathon and Le, Quoc V.",
        "Learning Transferable Architectures for Scalable Image Recognition",
        CVPR,
        "1707.07012",
    ),
    "EfficientNetB.": _paper(
        "tan2019",
        "Tan, Mingxing and Le, Quoc V.",
        "{EfficientNet}: Rethinking Model Scaling for Convolutional Neural Networks",
        ICML,
        "1905.11946",
    ),
    "EfficientNetV2.+": _paper(
        "tan2021",
        "Tan, Mingxing and Le, Quoc V.",
        "{EfficientNetV2}: Smaller Models and Faster Training",
        ICML,
        "2104.00298",
    ),
    "ConvNeXt.+": _paper(
        "liu2022",
        "Liu, Zhuang and Mao, Hanzi and Wu, Chao-Yuan and Feichtenhofer, Christoph and Darrell, "
        "Trevor and Xie, Saining",
        "A {ConvNet} for the 2020s",
        CVPR,
        "2201.03545",
    ),
    "GoogLeNet": _paper(
        "szegedy2015",
        "Szegedy, Christian and Liu, Wei and Jia, Yangqing and Sermanet, Pierre and Reed, Scott "
        "and Anguelov, Dragomir and Erhan, Dumitru and Vanhoucke, Vincent and Rabinovich, Andrew",
        "Going Deeper with Convolutions",
        CVPR,
        "1409.4842",
    ),
    "OverFeat.+": _paper(
        "sermanet2014",
        'Sermanet, Pierre and Eigen, David and Zhang, Xiang and Mathieu, Micha{\\"e}l and Fergus, '
        "Rob and LeCun, Yann",
        "{OverFeat}: Integrated Recognition, Localization and Detection using Convolutional "
        "Networks",
        ICLR,
        "1312.6229",
    ),
}
"""By what networks are called in Keras, or by us, as patterns."""


def paper_of(cls: str) -> Reference:
    """Return the publication of the network that is called *cls* in the table."""
    return next(paper for pattern, paper in PAPERS.items() if re.fullmatch(pattern, cls))
