#include "environment.h"

#include <stdlib.h>

// The Git library in the tests' process must ignore the settings of whoever runs them, as their child processes do. It is done
// before there is a second thread: setenv moves what another one may be reading.
__attribute__((constructor)) static void ignore_own_settings(void) {
  setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
  setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
}
