namespace Strata.Contracts;

/// <summary>What an expression may have at most; what is more is refused by its name. Together they bound what one row costs.</summary>
public static class ExpressionLimits
{
    /// <summary>UTF-8 bytes. A URL writes each as up to three, and a server takes a request line of 8 KiB.</summary>
    public const int MaxBytes = 2_048;

    /// <summary>Levels of the tree: reading, binding and evaluating recurse as deep, and so deep on any stack. No person reads half of it.</summary>
    public const int MaxDepth = 48;

    /// <summary>Parts of the tree, each looked at once a row.</summary>
    public const int MaxNodes = 512;

    /// <summary>Items of a list, each compared once a row.</summary>
    public const int MaxListItems = 256;
}
