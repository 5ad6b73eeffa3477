from .batches import BATCHES as BATCHES
from .classification import ClassifierTrainer as ClassifierTrainer
from .epsilons import EPSILONS as EPSILONS
from .errors import TrainingDiverged as TrainingDiverged
from .jobs import run_jobs as run_jobs
from .loop import Schedule as Schedule
from .loop import Trainer as Trainer
from .quiet_import import import_tensorflow as import_tensorflow
