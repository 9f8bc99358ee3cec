// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.hpp"

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <sys/ioctl.h>
#include <system_error>
#include <unistd.h>

namespace muster::cli {

namespace {

int write_error = 0;  // the first errno of standard output

void note_failure(bool written)
{
  if (!written && write_error == 0) {
    write_error = errno;
  }
}

bool wants_colours()
{
  const auto environment = client::process_environment();
  return terminal_columns() > 0 && !environment("NO_COLOR") && environment("TERM").value_or("dumb") != "dumb";
}

}  // namespace

std::size_t terminal_columns()
{
  if (::isatty(STDOUT_FILENO) == 0) {
    return 0;
  }
  constexpr std::size_t usual = 80;
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : usual;
}

OutputOptions output_options(const FleetArguments& arguments)
{
  OutputOptions options;
  options.style = TextStyle{wants_colours()};
  options.columns = terminal_columns();
  options.verbose = arguments.verbose;
  options.zone = arguments.utc ? Zone::utc : Zone::local;
  return options;
}

TerminalProgress::TerminalProgress(const FleetArguments& arguments)
    : drawing_{terminal_columns() > 0 && !arguments.no_progress && !arguments.json && !arguments.quiet}
{}

void TerminalProgress::show(const client::Progress& progress)
{
  if (drawing_) {
    print(bar_.frame(progress.answered, progress.expected, terminal_columns()));
    std::fflush(stdout);
  }
}

void TerminalProgress::erase()
{
  if (drawing_) {
    print(bar_.erase());
  }
}

void print(const std::string& text)
{
  note_failure(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
}

void print_now(const std::string& text)
{
  print(text);
  note_failure(std::fflush(stdout) == 0);
}

void complain(const std::string& text)
{
  note_failure(std::fflush(stdout) == 0);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool output_is_open()
{
  return write_error == 0;
}

bool output_is_whole()
{
  note_failure(std::fflush(stdout) == 0);
  if (write_error == 0 || write_error == EPIPE) {
    return true;
  }
  complain(
      "mco: standard output could not be written: " + std::system_category().message(write_error) + "\n");
  return false;
}

}  // namespace muster::cli
