"""Stage reproduction: every published figure beside ours, with a verdict, and which defect makes which effect.

A summary is {"mean", "sd" (null for one value), "n", "values"}, or null where there is no value. The record is

    {"counts": {origin: {verdict: number of figures}},
     "figures": [                        one for each line of references/figures.csv, in its order
       {"line", "origin", "dataset", "model", "beta" (null where there is none), "metric", "published" (a number),
        "source", "comparable", "note",
        "corrected": our summary under the study's own protocol, "legacy": that under the thesis's protocol,
        "verdict": see `pipeline.agreement_rule`, "explained_by": [switch, ...] for a verdict "legacy only",
        "reason": why the figure is void, what is not built yet, or ""}],
     "effects": [                        what one correction does to one metric of a model of the legacy protocol
       {"dataset", "network", "model": "0.2" or "clamped_stick_breaking", "switch", "from", "to" (its two values),
        "metric", "legacy": summary, "alone": summary with this switch alone corrected,
        "shift": mean of alone - mean of legacy,
        "clear": true or false by the t test of the agreement rule, null with too few runs}],
     "augmented": [                      when latents x 100 help: a trained model sampled in three ways
       {"dataset", "name", "likelihood", "learning_rate", "steps", "seeds",
        "mse", "kl": summaries on the test set,
        "prior", "scaled", "mixture", "reconstructions": {"fid", "contrast": summaries},
        "test_contrast": contrast of the test images, a number}]}

Contrast is the mean of |2 y - 1| over pixels y in [0, 1]: 1 for black and white, less for grey, so less for blur. The
table (CSV) has one line for each figure: its fields as above, summaries as mean, standard deviation and number.
"""
