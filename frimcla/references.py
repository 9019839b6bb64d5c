"""What the statistics of a methods paragraph cite."""

from __future__ import annotations

from .citing import Reference

_JASA = "Journal of the American Statistical Association"
_JMLR = "Journal of Machine Learning Research"

REFERENCES = (
    Reference(
        "bengio2004",
        "article",
        {
            "author": "Bengio, Yoshua and Grandvalet, Yves",
            "title": "No Unbiased Estimator of the Variance of K-Fold Cross-Validation",
            "journal": _JMLR,
            "volume": "5",
            "pages": "1089--1105",
            "year": "2004",
        },
    ),
    Reference(
        "benavoli2017",
        "article",
        {
            "author": r"Benavoli, Alessio and Corani, Giorgio and Dem{\v{s}}ar, Janez and "
            "Zaffalon, Marco",
            "title": "Time for a Change: a Tutorial for Comparing Multiple Classifiers Through "
            "Bayesian Analysis",
            "journal": _JMLR,
            "volume": "18",
            "number": "77",
            "pages": "1--36",
            "year": "2017",
        },
    ),
    Reference(
        "brown1974",
        "article",
        {
            "author": "Brown, Morton B. and Forsythe, Alan B.",
            "title": "Robust Tests for the Equality of Variances",
            "journal": _JASA,
            "volume": "69",
            "number": "346",
            "pages": "364--367",
            "year": "1974",
            "doi": "10.1080/01621459.1974.10482955",
        },
    ),
    Reference(
        "demsar2006",
        "article",
        {
            "author": r"Dem{\v{s}}ar, Janez",
            "title": "Statistical Comparisons of Classifiers over Multiple Data Sets",
            "journal": _JMLR,
            "volume": "7",
            "pages": "1--30",
            "year": "2006",
        },
    ),
    Reference(
        "friedman1937",
        "article",
        {
            "author": "Friedman, Milton",
            "title": "The Use of Ranks to Avoid the Assumption of Normality Implicit in the "
            "Analysis of Variance",
            "journal": _JASA,
            "volume": "32",
            "number": "200",
            "pages": "675--701",
            "year": "1937",
            "doi": "10.1080/01621459.1937.10503522",
        },
    ),
    Reference(
        "greenhouse1959",
        "article",
        {
            "author": "Greenhouse, Samuel W. and Geisser, Seymour",
            "title": "On Methods in the Analysis of Profile Data",
            "journal": "Psychometrika",
            "volume": "24",
            "number": "2",
            "pages": "95--112",
            "year": "1959",
            "doi": "10.1007/BF02289823",
        },
    ),
    Reference(
        "holm1979",
        "article",
        {
            "author": "Holm, Sture",
            "title": "A Simple Sequentially Rejective Multiple Test Procedure",
            "journal": "Scandinavian Journal of Statistics",
            "volume": "6",
            "number": "2",
            "pages": "65--70",
            "year": "1979",
        },
    ),
    Reference(
        "iman1980",
        "article",
        {
            "author": "Iman, Ronald L. and Davenport, James M.",
            "title": "Approximations of the Critical Region of the {F}riedman Statistic",
            "journal": "Communications in Statistics -- Theory and Methods",
            "volume": "9",
            "number": "6",
            "pages": "571--595",
            "year": "1980",
            "doi": "10.1080/03610928008827904",
        },
    ),
    Reference(
        "mcnemar1947",
        "article",
        {
            "author": "McNemar, Quinn",
            "title": "Note on the Sampling Error of the Difference Between Correlated Proportions "
            "or Percentages",
            "journal": "Psychometrika",
            "volume": "12",
            "number": "2",
            "pages": "153--157",
            "year": "1947",
            "doi": "10.1007/BF02295996",
        },
    ),
    Reference(
        "jamieson2016",
        "article",
        {
            "author": "Jamieson, Kevin and Talwalkar, Ameet",
            "title": "Non-stochastic Best Arm Identification and Hyperparameter Optimization",
            "journal": "Proceedings of Machine Learning Research",
            "volume": "51",
            "pages": "240--248",
            "year": "2016",
        },
    ),
    Reference(
        "maron1997",
        "article",
        {
            "author": "Maron, Oded and Moore, Andrew W.",
            "title": "The Racing Algorithm: Model Selection for Lazy Learners",
            "journal": "Artificial Intelligence Review",
            "volume": "11",
            "pages": "193--225",
            "year": "1997",
        },
    ),
    Reference(
        "nadeau2003",
        "article",
        {
            "author": "Nadeau, Claude and Bengio, Yoshua",
            "title": "Inference for the Generalization Error",
            "journal": "Machine Learning",
            "volume": "52",
            "number": "3",
            "pages": "239--281",
            "year": "2003",
            "doi": "10.1023/A:1024068626366",
        },
    ),
    Reference(
        "shapiro1965",
        "article",
        {
            "author": "Shapiro, Samuel S. and Wilk, Martin B.",
            "title": "An Analysis of Variance Test for Normality (Complete Samples)",
            "journal": "Biometrika",
            "volume": "52",
            "number": "3/4",
            "pages": "591--611",
            "year": "1965",
            "doi": "10.1093/biomet/52.3-4.591",
        },
    ),
    Reference(
        "tsamardinos2018",
        "article",
        {
            "author": "Tsamardinos, Ioannis and Greasidou, Elissavet and Borboudakis, Giorgos",
            "title": "Bootstrapping the Out-of-Sample Predictions for Efficient and Accurate "
            "Cross-Validation",
            "journal": "Machine Learning",
            "volume": "107",
            "number": "12",
            "pages": "1895--1922",
            "year": "2018",
            "doi": "10.1007/s10994-018-5714-4",
        },
    ),
    Reference(
        "varma2006",
        "article",
        {
            "author": "Varma, Sudhir and Simon, Richard",
            "title": "Bias in Error Estimation When Using Cross-Validation for Model Selection",
            "journal": "BMC Bioinformatics",
            "volume": "7",
            "pages": "91",
            "year": "2006",
            "doi": "10.1186/1471-2105-7-91",
        },
    ),
    Reference(
        "wilcoxon1945",
        "article",
        {
            "author": "Wilcoxon, Frank",
            "title": "Individual Comparisons by Ranking Methods",
            "journal": "Biometrics Bulletin",
            "volume": "1",
            "number": "6",
            "pages": "80--83",
            "year": "1945",
            "doi": "10.2307/3001968",
        },
    ),
    Reference(
        "wilson1927",
        "article",
        {
            "author": "Wilson, Edwin B.",
            "title": "Probable Inference, the Law of Succession, and Statistical Inference",
            "journal": _JASA,
            "volume": "22",
            "number": "158",
            "pages": "209--212",
            "year": "1927",
            "doi": "10.1080/01621459.1927.10502953",
        },
    ),
)
