"""What a report shows of the images: made once, when a run ends, and kept in ``album.h5``.

Small copies of the images, a view of the features in two dimensions, and maps of where the model
looks. With it a report can be written again at any time, without images, features or plugins.
Everything here is for looking: no score depends on it.
"""

from .album import Album as Album
from .keeping import FILE as FILE
from .keeping import PARTS as PARTS
from .keeping import read_album as read_album
from .keeping import write_album as write_album
from .making import make_album as make_album
from .overlay import overlay as overlay
