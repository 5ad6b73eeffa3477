"""Records of the stage variants, made up: one value for each metric of each model, the same on each seed but one."""

from tests.pipeline.pipeline_file import PARAMETERS
from tfvae.evaluation.summaries import summarize

SAMPLERS = ("prior", "scaled", "mixture")


def variants_record(dataset, values):
    """Return a record of the models that params/variants.yaml names.

    `values` maps "<model>/<metric>", such as "dense-0/prior/fid", to values over seeds; all others are 1 and 2.
    """

    def of(model, metric):
        return summarize(values.get(f"{model}/{metric}", [1.0, 2.0]))

    models = {}
    for variant, settings in PARAMETERS["variants"][dataset]["models"].items():
        for beta in settings["betas"]:
            name = f"{variant}-{beta}"
            changes = ("architecture", "decoder_end", "latent_dim", "sticks", "concentration")
            models[name] = {
                "variant": variant, "changes": {key: settings[key] for key in changes if key in settings},
                "architecture": settings.get("architecture", "e0-d1"), "beta": beta, "steps": settings["steps"],
                "mse": of(name, "mse"), "neighbour_error": {k: of(name, k) for k in ("3", "5", "10")},
                "samplers": {
                    sampler: {metric: of(name, f"{sampler}/{metric}") for metric in ("fid", "blank_share")}
                    for sampler in SAMPLERS
                },
            }  # fmt: skip
    return {"dataset": dataset, "scale": 100.0, "components": 10, "models": models}
