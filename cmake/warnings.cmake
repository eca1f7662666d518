# The warnings every target of ours is built with; third-party headers live in /usr/include and stay silent.
# -Werror comes from the presets, so that a newer compiler never breaks an operator's image build.
# Left out of -Wextra: missing-field-initializers, because a designated initialiser that names only what differs from
# the defaults is our way to build values.
add_library(warnings INTERFACE)
target_compile_options(warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough
  -Wno-missing-field-initializers)
