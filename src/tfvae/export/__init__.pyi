from .formats import FORMATS as FORMATS
from .formats import export_model as export_model
