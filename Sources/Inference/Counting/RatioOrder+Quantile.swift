extension RatioOrder {
  /// An outcome at a quantile.
  struct Quantile {
    var ratio: Double
    /// Shape [channels], zero for those without signal.
    var counts: [Int]
  }

  private struct Outcome {
    var ratio: Double
    var probability: Double
    /// The last place with candidates, places by rising weight.
    var place: Int
    var count: Int
    /// The outcome it comes from among those visited, and the one step between them.
    var parent: Int
    var step: Step
  }

  private enum Step { case start, another, next, move }

  /// Finds the smallest ratio up to which the background alone has a probability.
  ///
  /// Outcomes are visited by rising ratio. From an outcome one comes to: another candidate in its last
  /// place; one more in the next place; a lone candidate moved to the next place. With places by rising
  /// weight none of these is smaller, and each outcome is reached in one way.
  /// - Returns: The outcome, or nil beyond `most` outcomes.
  func quantile(
    _ channels: [ChannelOutcomes.Channel], _ probability: Double, most: Int
  ) -> Quantile? {
    var start = 1.0
    for place in places { start *= channels[place.channel].background[0] }
    // A channel that has no candidates takes no part.
    let places = Array(
      places.reversed().filter {
        let p = channels[$0.channel].background
        return p.count > 1 && p[1] > 0
      })
    if start >= probability {
      return Quantile(ratio: 0, counts: [Int](repeating: 0, count: channels.count))
    }
    guard start > 1e-280 else { return nil }
    var heap = Heap()
    var visited: [(parent: Int, step: Step)] = [(-1, .start)]
    var sum = start
    func reach(_ place: Int, _ count: Int, _ from: Outcome, _ step: Step, _ parent: Int) {
      let p = channels[places[place].channel].background
      guard count < p.count, p[count - 1] > 0 else { return }
      var outcome = Outcome(
        ratio: from.ratio + places[place].weight,
        probability: from.probability * (p[count] / p[count - 1]), place: place, count: count,
        parent: parent, step: step)
      if step == .move {
        let q = channels[places[place - 1].channel].background
        outcome.ratio -= places[place - 1].weight
        outcome.probability *= q[0] / q[1]
      }
      heap.push(outcome)
    }
    // The lone candidate in the first place: all others come from it.
    let none = Outcome(
      ratio: 0, probability: start, place: 0, count: 0, parent: -1, step: .start)
    if !places.isEmpty { reach(0, 1, none, .next, 0) }
    while let next = heap.pop() {
      sum += next.probability
      visited.append((next.parent, next.step))
      if sum >= probability { return outcome(visited, places, channels.count, next.ratio) }
      if visited.count > most { return nil }
      let parent = visited.count - 1
      reach(next.place, next.count + 1, next, .another, parent)
      guard next.place + 1 < places.count else { continue }
      reach(next.place + 1, 1, next, .next, parent)
      if next.count == 1 { reach(next.place + 1, 1, next, .move, parent) }
    }
    // Rounding keeps the sum below the probability: all outcomes are.
    return nil
  }

  /// Follows the steps to the last outcome visited.
  private func outcome(
    _ visited: [(parent: Int, step: Step)], _ places: [Place], _ channels: Int, _ ratio: Double
  ) -> Quantile {
    var steps: [Step] = [], at = visited.count - 1
    while at > 0 {
      steps.append(visited[at].step)
      at = visited[at].parent
    }
    var counts = [Int](repeating: 0, count: channels), place = -1
    for step in steps.reversed() {
      if step == .move { counts[places[place].channel] -= 1 }
      if step != .another { place += 1 }
      counts[places[place].channel] += 1
    }
    return Quantile(ratio: ratio, counts: counts)
  }

  /// A binary heap with the smallest ratio on top.
  private struct Heap {
    private var items: [Outcome] = []

    mutating func push(_ item: Outcome) {
      items.append(item)
      var at = items.count - 1
      while at > 0, items[(at - 1) / 2].ratio > items[at].ratio {
        items.swapAt(at, (at - 1) / 2)
        at = (at - 1) / 2
      }
    }

    mutating func pop() -> Outcome? {
      guard let top = items.first, let last = items.popLast() else { return nil }
      if items.isEmpty { return top }
      items[0] = last
      var at = 0
      while true {
        var least = at
        for child in (2 * at + 1)...(2 * at + 2) where child < items.count {
          if items[child].ratio < items[least].ratio { least = child }
        }
        if least == at { return top }
        items.swapAt(at, least)
        at = least
      }
    }
  }
}
