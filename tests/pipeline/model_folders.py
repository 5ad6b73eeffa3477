"""Folders of models that were not trained, as the stages write them."""

from types import SimpleNamespace

from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.models import write_models


def write_model(folder, configuration, weights, **arrays):
    """Write a model of one part, with `<name>.npz` for each of `arrays`."""
    job = Job(SimpleNamespace(configurations={"": configuration}), None, folder)
    write_models(folder, [Outcome(job, "aa", {"weights": {"": weights}}, {})], **arrays)


def write_classifier(folder, yardstick, **reference):
    """Write what train-fid-classifier writes of a yardstick's classifier, with other arrays of its reference if any."""
    own = {"features": yardstick.features, "labels": yardstick.labels, "fid_mean_image": yardstick.fid_mean_image}
    classifier = yardstick.classifier
    write_model(folder, classifier.configuration, classifier.weights, reference={**own, **reference})
