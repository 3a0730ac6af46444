extension LikelihoodModel {
  /// Combines models into one: parameters of one name are one parameter, channels are all kept.
  ///
  /// Names that must not be shared are changed before (`renamingParameters`).
  ///
  /// Channel names that occur in several models get the number of their model in front.
  /// - Throws: `InferenceError.sharedParameter` where a name has different settings.
  public static func combined(_ models: [LikelihoodModel]) throws(InferenceError)
    -> LikelihoodModel
  {
    var parameters: [ModelParameter] = [], known: [String: ModelParameter] = [:]
    var uses: [String: Int] = [:]
    for model in models {
      for p in model.parameters {
        if let other = known[p.name] {
          guard other == p else { throw .sharedParameter(name: p.name) }
        } else {
          known[p.name] = p
          parameters.append(p)
        }
      }
      for channel in model.channels { uses[channel.name, default: 0] += 1 }
    }
    var channels: [ModelChannel] = []
    for (number, model) in models.enumerated() {
      for var channel in model.channels {
        if let count = uses[channel.name], count > 1 {
          channel.name = "\(number + 1)/\(channel.name)"
        }
        channels.append(channel)
      }
    }
    return LikelihoodModel(parameters: parameters, channels: channels)
  }
}
