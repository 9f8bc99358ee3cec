// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/outbox.hpp"

#include <utility>

namespace muster::mqtt {

namespace {

std::size_t size_of(const Message& message)
{
  return message.topic.size() + message.payload.size();
}

}  // namespace

void Outbox::push(Message message, const Limits& limits)
{
  bytes_ += size_of(message);
  messages_.push_back(std::move(message));
  while (messages_.size() > limits.messages || bytes_ > limits.bytes) {
    pop();
    ++dropped_;
  }
}

void Outbox::push_front(Message message)
{
  bytes_ += size_of(message);
  messages_.push_front(std::move(message));
}

Message Outbox::pop()
{
  Message message = std::move(messages_.front());
  messages_.pop_front();
  bytes_ -= size_of(message);
  return message;
}

}  // namespace muster::mqtt
