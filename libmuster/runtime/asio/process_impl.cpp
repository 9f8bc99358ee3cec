// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/detail/throw_error.hpp>  // Process 1.81 uses it and forgets to include it

#include <boost/process/v2/src.hpp>
